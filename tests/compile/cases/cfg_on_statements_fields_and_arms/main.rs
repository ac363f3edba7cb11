use depot::old::{OldState, OLD_MAX};
#[cfg(feature = "more")]
use depot::old::{old_make, Old};

struct Table {
    #[cfg(feature = "more")]
    old: Old,
    most: u32,
}

fn name(#[cfg(feature = "more")] old: Old, state: OldState) -> u32 {
    match state {
        #[cfg(feature = "more")]
        OldState::Busy(n) => n + old.value,
        #[cfg(not(feature = "more"))]
        OldState::Busy(_) => OLD_MAX,
        OldState::Done { code, .. } => code,
        _ => 0,
    }
}

fn main() {
    let table = Table {
        #[cfg(feature = "more")]
        old: old_make(1),
        most: OLD_MAX,
    };
    #[cfg(feature = "more")]
    println!("{}", name(table.old, OldState::Busy(1)));
    #[cfg(not(feature = "more"))]
    println!("{}", name(OldState::Busy(1)));
    println!("{}", table.most);
}
