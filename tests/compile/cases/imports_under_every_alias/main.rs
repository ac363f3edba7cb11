use depot as d;
use depot::old as o;
use depot::{self as dd, old::{self as oo, deep as ground, Old as Mine}};
use std::fmt as old;

struct Shown(Mine);

impl old::Display for Shown {
    fn fmt(&self, f: &mut old::Formatter<'_>) -> old::Result {
        write!(f, "{} {}", self.0, o::REST)
    }
}

fn main() {
    let one: o::Old = d::old::old_make(o::OLD_MAX);
    let two: oo::OldPair = dd::old::OldPair(oo::rest(), 2);
    println!("{} {:?} {:?} {}", one, two, o::Rest(1), ground::LOW);
    println!("{} {:?} {}", ground::dig(), ground::OldDeep, Shown(Mine::new(1)));
    let state: d::old::OldState = o::OldState::Busy(dd::old::deep::LOW);
    println!("{:?} {}", state, matches!(state, oo::OldState::Busy(n) if n == d::old::deep::dig() - 1));
}
