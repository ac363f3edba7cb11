#![allow(non_snake_case, unused_macros)]
use depot::old::Old;

fn Old() -> u32 {
    5
}

macro_rules! Old {
    () => {
        6
    };
}

fn make(old: Old) -> Old {
    Old { value: old.value + Old() }
}

fn main() {
    println!("{} {} {}", make(Old::new(1)), Old() + 1, Old!());
}
