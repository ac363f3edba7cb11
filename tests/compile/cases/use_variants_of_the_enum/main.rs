use depot::old::OldState::{Busy, Done, Idle, OldState};
use depot::old::{self, OldState as Enum};

fn number(state: Enum) -> u32 {
    match state {
        Idle => 0,
        Busy(n) => n,
        OldState => 2,
        Done { code } => code,
    }
}

fn main() {
    println!("{} {}", number(Busy(4)), number(Enum::OldState));
    println!("{} {}", number(Done { code: 3 }), number(old::OldState::start()));
}
