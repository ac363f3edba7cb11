use annex::parts;
use depot::gone::Thing;
use depot::newmod::Item;
use depot::old::Old;
use depot::old::{old_make, rest};
use depot::v2;
use std::fmt;

struct Wrap(Old);

impl fmt::Display for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn main() {
    println!("{} {} {}", Wrap(old_make(1)), rest(), v2::version());
    println!("{:?} {:?} {}", Item::new(1), Thing::new(2), parts::widget());
}
