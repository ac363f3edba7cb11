#![allow(bare_trait_objects, anonymous_parameters)]
extern crate depot;

trait Call {
    fn call(&self, u32) -> depot::old::Old;
}

impl Call for Box<Fn(u32) -> depot::old::Old> {
    fn call(&self, n: u32) -> depot::old::Old {
        self(n)
    }
}

fn main() {
    let call: Box<Fn(u32) -> depot::old::Old> = Box::new(|n| depot::old::old_make(n));
    println!("{}", Call::call(&call, 1));
}
