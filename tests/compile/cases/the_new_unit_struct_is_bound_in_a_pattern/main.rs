#![allow(non_snake_case, unreachable_patterns, unused_variables)]
use depot::old::OldUnit;

fn any(n: u32) -> u32 {
    match n {
        Unit => 1,
        _ => 2,
    }
}

fn main() {
    println!("{:?} {}", OldUnit, any(4));
}
