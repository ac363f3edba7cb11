use depot::old::OldState;

enum Other {
    OldState,
    Idle,
}

fn number(state: OldState) -> u32 {
    match state {
        OldState::Idle => 0,
        OldState::Busy(n) if n > 3 => n,
        OldState::Busy(_) | OldState::Done { code: 1 } => 1,
        OldState::Done { code, .. } => code,
        OldState::OldState => 9,
    }
}

fn other(other: Other) -> u32 {
    use Other::*;
    match other {
        OldState => 3,
        Idle => 4,
    }
}

fn main() {
    use depot::old::OldState::{Busy, Done};
    println!("{}", number(OldState::start()) + number(Busy(8)));
    println!("{}", number(Done { code: 5 }) + number(OldState::OldState));
    println!("{} {}", other(Other::OldState), other(Other::Idle));
    println!("{}", matches!(OldState::Idle, OldState::Idle | OldState::OldState));
}
