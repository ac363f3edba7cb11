use depot::old::*;

mod child {
    use super::{OldPair, OldUnit};

    pub fn made() -> (OldPair, OldUnit) {
        (OldPair(1, 2), OldUnit)
    }
}

mod other {
    pub fn made() -> super::Old {
        super::old_make(super::REST)
    }
}

fn main() {
    println!("{:?} {} {:?}", child::made(), other::made(), Rest(1));
}
