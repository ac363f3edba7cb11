use depot::old::{OldState, OLD_MAX};

struct At {
    most: u32,
    name: &'static str,
}

fn tell(at: &At) -> &'static str {
    match at {
        At { most: OLD_MAX, .. } => "most",
        At { most: 0..OLD_MAX, name } => name,
        At { most: _, name: "x" } => "ex",
        At { .. } => "above",
    }
}

fn slices(all: &[u32]) -> u32 {
    match all {
        [OLD_MAX, ..] => 1,
        [.., OLD_MAX] => 2,
        [_, rest @ ..] if rest.len() == 1 => 3,
        &[a, b, _] if a == b => 4,
        _ => 5,
    }
}

fn of(state: OldState) -> bool {
    matches!(state, OldState::Busy(OLD_MAX) | OldState::Done { code: OLD_MAX })
}

fn main() {
    for most in [7, 3, 8] {
        println!("{}", tell(&At { most, name: "below" }));
    }
    println!("{}", tell(&At { most: 9, name: "x" }));
    println!("{} {} {} {}", slices(&[7, 1]), slices(&[1, 7]), slices(&[1, 1]), slices(&[2, 2, 3]));
    println!("{} {}", of(OldState::Busy(7)), of(OldState::Done { code: 6 }));
    let f = |n: Option<u32>| if let Some(OLD_MAX) = n { "yes" } else { "no" };
    println!("{} {}", f(Some(7)), f(Some(1)));
}
