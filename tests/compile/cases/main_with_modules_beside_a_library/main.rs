mod cli;
mod shared {
    pub use depot::old::OldState;
}

use case::shared::{shown, Pairs};
use case::Old;
use cli::Options;

fn main() {
    let Options { old, pair, state } = Options::parsed();
    println!("{old} {pair:?} {state:?} {}", shown());
    let again: Old = old;
    let Pairs(a, _) = pair;
    println!("{again} {a}");
}
