extern crate depot;
extern crate annex;

use depot::old::{old_make, Old, rest};
use inner::Wrap;

mod inner {
    use depot::old::Old;
    use depot::old::OldShow as Shown;
    use std::fmt;

    pub struct Wrap(pub Old, pub ::depot::old::OldPair);

    impl fmt::Display for Wrap {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "{} {}", self.0.show(), (self.1).0 + ::depot::old::OLD_MAX)
        }
    }

    pub fn second() -> Old {
        use super::old_make;
        old_make(::depot::oldmod::run())
    }
}

fn main() {
    println!("{} {} {}", Wrap(Old::new(1), depot::old::OldPair(2, 3)), inner::second(), rest());
}
