#[cfg(feature = "most")]
use depot::old::{rest, OldPair, Rest};

#[doc(hidden)]
#[allow(unused_imports)]
pub(crate) use depot::old::{old_make, REST};

#[cfg(feature = "most")]
pub fn all() -> u32 {
    OldPair(1, 2).0 + rest() + Rest(3).0
}

#[cfg(not(feature = "most"))]
pub fn all() -> u32 {
    struct OldPair(u32);
    fn rest() -> u32 {
        2
    }
    OldPair(5).0 + rest() + REST
}

pub fn made() -> u32 {
    crate::old_make(1).value
}

#[cfg(test)]
#[test]
fn it_is_all() {
    println!("{} {}", all(), made());
    assert_eq!(all(), if cfg!(feature = "most") { 81 } else { 85 });
}
