#![allow(non_camel_case_types)]
use depot::old::{OldUnit, keep};

mod inner {
    pub struct Unit {
        pub n: u32,
    }
    pub type keep = u32;
}
use inner::keep as number;

fn main() {
    let a: OldUnit = OldUnit;
    let b = inner::Unit { n: 2 };
    let c: number = keep(3).0;
    println!("{a:?} {} {c}", b.n);
}
