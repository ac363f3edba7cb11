mod child;

use depot::old::{old_make, Old, OldPair};

mod inline {
    use super::OldPair;

    pub mod deeper {
        use super::super::*;

        pub fn made() -> OldPair {
            OldPair(old_make(1).value, super::super::old_make(2).value)
        }
    }

    pub fn made() -> OldPair {
        let super::OldPair(a, b) = deeper::made();
        OldPair(b, a)
    }
}

fn main() {
    println!("{:?} {:?} {}", inline::made(), child::made(), Old::new(1));
}
