#![allow(dead_code, unused)]

use depot::new::{self as old, New as Old};
use std::fmt::Debug as OldShow;

mod depot_old {
    pub fn old_make() {}
}

mod stock {
    pub mod old {
        pub struct Old;
        pub const OLD_MAX: u32 = 1;
    }
}

use stock::old::OLD_MAX;

struct Depot {
    old: stock::old::Old,
}

impl Depot {
    fn old(&self) -> &stock::old::Old {
        &self.old
    }
}

macro_rules! old_sum {
    ($($t:tt)*) => { stringify!($($t)*) };
}

/// Not `depot::old::Olds`, nor https://docs.rs/depot/old/Old, nor depot::old::Old in prose.
fn prose<OldUnit: OldShow>(OldUnit: OldUnit) -> String {
    format!("depot::old::Old {OldUnit:?} {}", "depot::old::OLD_MAX")
}

fn main() {
    let depot = Depot { old: stock::old::Old };
    let old = depot.old();
    let old_make = |n: u32| n;
    // depot::old::Old
    println!("{} {} {}", prose(1), old_sum!(a b), old_make(OLD_MAX));
    println!("{:?} {:?} {}", old::make(1), Old::new(2), depot::old::rest());
    let _: depot::old::Rest = depot::old::Rest(depot::old::REST);
}
