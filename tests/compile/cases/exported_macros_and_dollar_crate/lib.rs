pub use depot::old::OldPair;
pub mod parts {
    pub use depot::old::{old_make, OLD_MAX};
}
#[doc(hidden)]
pub use depot as __depot;

#[macro_export]
macro_rules! pair {
    ($a:expr) => {
        $crate::OldPair($a, $crate::parts::OLD_MAX)
    };
}

#[macro_export]
macro_rules! direct {
    ($a:expr) => {
        $crate::__depot::old::old_make($a)
    };
}

#[macro_export]
macro_rules! nested {
    ($($a:expr),*) => {{
        use $crate::{parts::{self, old_make}, OldPair};
        let all = [$(old_make($a)),*];
        OldPair(all.len() as u32, parts::OLD_MAX)
    }};
}

pub fn here() -> u32 {
    pair!(1).1 + nested!(1, 2).0 + direct!(3).value
}
