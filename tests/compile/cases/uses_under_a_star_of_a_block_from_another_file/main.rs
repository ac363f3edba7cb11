mod mine;

use depot::old::{old_make, OLD_MAX};

fn main() {
    println!("{} {}", OLD_MAX, old_make(1));
    {
        use crate::mine::*;
        println!("{} {}", OLD_MAX, MAX);
        let all = [OLD_MAX, old_make(2).value];
        println!("{all:?}");
    }
}
