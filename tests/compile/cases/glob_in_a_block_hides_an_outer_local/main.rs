#![allow(unused)]
mod mine {
    #[derive(Debug)]
    pub struct M(pub u32);
    pub fn old_make(value: u32) -> M {
        M(value + 500)
    }
}

fn in_a_loop() {
    for old_make in [mine::old_make] {
        use depot::old::*;
        println!("{:?}", old_make(1));
    }
}

fn in_an_arm() {
    match mine::old_make as fn(u32) -> mine::M {
        old_make => {
            use depot::old::*;
            println!("{:?} {:?}", old_make(2), OldPair(1, 2));
            let old_make = mine::old_make;
            println!("{:?}", old_make(3));
        }
    }
}

fn in_a_block() {
    let old_make = mine::old_make;
    {
        use depot::old::*;
        println!("{:?}", old_make(2));
    }
    println!("{:?}", old_make(3));
}

fn main() {
    in_a_loop();
    in_an_arm();
    in_a_block();
}
