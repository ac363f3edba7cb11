mod depot_like {
    pub mod old {
        #[derive(Debug)]
        pub struct Old;
    }
}

mod a {
    use crate::depot_like as depot;
    use depot::old::Old as Mine;

    pub fn made() -> (Mine, ::depot::old::Old) {
        use ::depot::old::Old;
        (depot::old::Old, Old::new(1))
    }
}

mod b {
    use depot::old;
    use old::Old;
    use self::old::OldPair;

    pub mod c {
        use super::old::{deep, OldState};
        use super::{old, OldPair as Two};
        use deep::dig;

        pub fn made() -> (OldState, Two, u32) {
            (old::OldState::Busy(deep::LOW), Two(old::REST, 2), dig())
        }
    }

    pub fn made() -> (Old, OldPair) {
        (self::Old::new(1), self::old::OldPair(1, 2))
    }
}

fn main() {
    println!("{:?} {:?} {:?}", a::made(), b::made(), b::c::made());
}
