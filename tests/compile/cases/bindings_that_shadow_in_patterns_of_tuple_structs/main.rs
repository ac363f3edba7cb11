use depot::old::{OldPair, OldState, OldUnit};

fn sum(pair: OldPair) -> u32 {
    match pair {
        OldPair(0, n) => n,
        OldPair(a, ..) if a > 10 => 10,
        p @ OldPair(_, _) => p.0 + p.1,
    }
}

fn unit(unit: OldUnit) -> &'static str {
    match unit {
        OldUnit => "unit",
    }
}

fn nested(it: Option<(OldState, OldPair)>) -> u32 {
    match it {
        Some((OldState::Busy(n), OldPair(m, 1))) => n + m,
        Some((OldState::Done { code: code @ 1..=3 }, _)) => code,
        Some((OldState::Idle | OldState::OldState, OldPair { 0: zero, 1: _ })) => zero,
        _ => 99,
    }
}

fn main() {
    println!("{} {} {}", sum(OldPair(0, 2)), sum(OldPair(11, 2)), sum(OldPair(1, 2)));
    println!("{}", unit(OldUnit));
    println!("{}", nested(Some((OldState::Busy(1), OldPair(2, 1)))));
    println!("{}", nested(Some((OldState::Done { code: 2 }, OldPair(2, 1)))));
    println!("{}", nested(Some((OldState::OldState, OldPair(7, 1)))));
    println!("{}", nested(None));
    let OldPair(a, b) = OldPair(5, 6);
    let f = |OldPair(x, y): OldPair| x * y;
    println!("{}", f(OldPair(a, b)));
}
