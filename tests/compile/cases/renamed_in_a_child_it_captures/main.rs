mod mine {
    #[derive(Debug)]
    #[allow(dead_code)]
    pub enum State {
        Busy(u64),
    }
}

use depot::old::{keep, OldState};

pub mod outer {
    #[allow(unused_imports)]
    use super::{keep, OldState};
    use crate::mine::*;

    pub mod inner {
        use super::State as Mine;

        pub fn made() -> Mine {
            Mine::Busy(1)
        }
    }

    pub fn made() -> OldState {
        OldState::Busy(2)
    }
}

fn main() {
    println!("{:?} {:?} {:?} {:?}", outer::inner::made(), outer::made(), keep(1), OldState::Idle);
}
