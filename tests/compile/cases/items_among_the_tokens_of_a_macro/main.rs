macro_rules! cfg_if {
    (if #[cfg($cfg:meta)] { $($yes:item)* } else { $($no:item)* }) => {
        $(#[cfg($cfg)] $yes)*
        $(#[cfg(not($cfg))] $no)*
    };
}

macro_rules! items {
    ($($item:item)*) => { $($item)* };
}

cfg_if! {
    if #[cfg(mine)] {
        use crate::mine::Old;
        use depot::old::old_make as made;
    } else {
        use depot::old::{old_make as made, Old};
        use depot::old::OLD_MAX;
    }
}

#[cfg(mine)]
const OLD_MAX: u32 = 3;

#[allow(dead_code)]
mod mine {
    #[derive(Debug)]
    pub struct Old {
        pub value: u32,
    }
}

items! {
    use depot::old::OldPair;

    /// Makes an [`OldPair`].
    fn pair(old: &Old) -> OldPair {
        let OldPair(a, _) = OldPair(old.value, 0);
        OldPair(a, depot::old::OLD_MAX)
    }

    mod inner {
        use super::OldPair;
        use depot::old::{OldState, Rest};

        pub fn state(OldPair(a, _): OldPair) -> (OldState, Rest) {
            (OldState::Busy(a), Rest(a))
        }
    }
}

fn main() {
    println!("{:?} {:?} {}", Old { value: 1 }, made(2), OLD_MAX);
    println!("{:?} {:?}", pair(&Old { value: 3 }), inner::state(OldPair(4, 5)));
}
