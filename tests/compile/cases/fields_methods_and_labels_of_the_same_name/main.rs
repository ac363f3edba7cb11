use depot::old::{old_make, Old, OldState};

struct Own {
    old_make: u32,
    old: Old,
}

impl Own {
    const OLD_MAX: u32 = 3;

    fn old_make(&self) -> u32 {
        self.old_make + Self::OLD_MAX
    }

    fn keep(self) -> Self {
        Self { old_make: 1, ..self }
    }
}

#[derive(Debug)]
enum Kind {
    Old,
    OldState,
    Nested { old_make: u32 },
}

mod names {
    pub fn old_make() -> u32 {
        8
    }
}

fn main() {
    let own = Own { old_make: 4, old: old_make(5) };
    println!("{} {} {}", own.old_make(), own.old_make, own.old.old_make());
    println!("{:?} {:?} {:?}", Kind::Old, Kind::OldState, OldState::OldState);
    println!("{:?} {} {}", Kind::Nested { old_make: 1 }, names::old_make(), Own::OLD_MAX);
    println!("{}", own.keep().old_make);
    'old_make: loop {
        if old_make(1).value == 1 {
            break 'old_make;
        }
    }
    let Kind::Nested { old_make: n } = (Kind::Nested { old_make: 7 }) else { return };
    println!("{n} {}", old_make(2).map(|old_make| old_make + 1));
}
