#![allow(non_snake_case)]
use depot::old::OLD_MAX;

fn main() {
    let MAX = 1;
    println!("{OLD_MAX} {MAX}");
}
