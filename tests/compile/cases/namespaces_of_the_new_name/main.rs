#![allow(non_snake_case)]
use depot::old::{old_make, Old};

// Another namespace than the struct's.
fn New() -> u32 {
    5
}

mod make {
    pub fn deeper() -> u32 {
        6
    }
}

macro_rules! make {
    () => {
        7
    };
}

fn main() {
    let new = New();
    println!("{} {} {} {} {}", Old::new(new), old_make(1), make::deeper(), make!(), New());
}
