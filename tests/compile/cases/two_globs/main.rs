#![allow(unused_imports)]
use depot::new::*;
use depot::old::*;
use depot::v1::*;

fn main() {
    let a: Old = old_make(1);
    let b: New = make(2);
    println!("{} {} {} {}", a, b, rest(), net::dial());
}
