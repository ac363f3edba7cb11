#![allow(unused_imports)]
mod mine {
    #[derive(Debug)]
    pub struct Unit;
    pub const MAX: u32 = 500;
}

macro_rules! run {
    ($e:expr) => {
        println!("{:?}", $e)
    };
}

fn in_a_block() {
    use crate::mine::*;
    use depot::old::OldUnit;
    run!(Unit);
    println!("{:?}", OldUnit);
}

mod module {
    use crate::mine::*;
    use depot::old::OLD_MAX;

    pub fn run() {
        run!(MAX);
        println!("{}", OLD_MAX);
    }
}

fn main() {
    in_a_block();
    module::run();
}
