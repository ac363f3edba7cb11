mod mine {
    pub struct Other;
    pub fn made() -> u32 {
        1
    }
}

use depot::oldmod::*;
use mine::*;

mod inner {
    use super::mine::*;
    use depot::oldmod::{sub::*, *};

    pub fn all() -> (Leaf, u32, Item) {
        (Leaf, leaf() + made() + open(), Item::new(LEVEL))
    }
}

fn main() {
    let _ = Other;
    println!("{:?} {} {} {:?}", Item::new(1).run(), run(), made(), inner::all());
    println!("{:?} {}", Special, open());
}
