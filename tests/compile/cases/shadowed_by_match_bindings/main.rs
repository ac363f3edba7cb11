use depot::old::{old_make, rest};

fn pick(value: Option<u32>) -> u32 {
    match value {
        Some(old_make) if old_make > 3 => old_make,
        Some(n) => old_make(n).value + 100,
        None => rest(),
    }
}

fn binding(value: u32) -> u32 {
    match value {
        old_make @ 1..=5 => old_make,
        ref old_make => *old_make + 50,
    }
}

fn chain(value: Option<u32>) -> u32 {
    let Some(old_make) = value else {
        return old_make(9).value;
    };
    old_make + 1
}

fn loops() -> u32 {
    let mut all = 0;
    for old_make in 0..3 {
        all += old_make;
    }
    while let Some(old_make) = (all < 10).then_some(all) {
        all += old_make.max(1);
    }
    if let Some(old_make) = Some(2) {
        all += old_make;
    } else {
        all += old_make(1000).value;
    }
    all + old_make(1).value
}

fn main() {
    println!("{} {} {}", pick(Some(5)), pick(Some(1)), pick(None));
    println!("{} {} {} {}", binding(2), binding(9), chain(None), chain(Some(1)));
    println!("{}", loops());
}
