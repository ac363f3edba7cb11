use depot::old::OldState::*;

fn main() {
    let all = [Idle, Busy(1), Done { code: 2 }, OldState];
    for one in all {
        match one {
            Idle => println!("idle"),
            OldState => println!("same name"),
            Busy(n) | Done { code: n } => println!("{n}"),
        }
    }
}
