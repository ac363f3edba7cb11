use depot::old;
use depot::oldmod as rooms;

mod inner {
    use depot::{old, oldmod};

    pub fn made() -> (old::Old, oldmod::Item, old::Rest) {
        (old::old_make(1), oldmod::Item::new(2), old::Rest(3))
    }

    pub mod deeper {
        use super::old as older;
        use super::oldmod::sub::{self, leaf};

        pub fn made() -> (older::OldPair, sub::Leaf, u32) {
            (older::OldPair(1, older::REST), super::oldmod::sub::Leaf, leaf())
        }
    }
}

fn made() -> (old::OldState, rooms::Item) {
    use old::OldState as State;
    use rooms::Item;
    (State::Busy(old::deep::dig()), Item::new(old::OLD_MAX))
}

fn main() {
    println!("{:?} {:?} {:?}", inner::made(), inner::deeper::made(), made());
}
