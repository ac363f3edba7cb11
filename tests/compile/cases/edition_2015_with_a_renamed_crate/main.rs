#[macro_use]
extern crate old_crate;
use old_crate::Engine;

mod inner {
    use old_crate::gear::{self, TOP};

    pub fn all() -> u32 {
        gear::shift() + TOP + ::old_crate::start() + rev!(1)
    }
}

fn main() {
    println!("{:?} {}", Engine::new(1), inner::all());
}
