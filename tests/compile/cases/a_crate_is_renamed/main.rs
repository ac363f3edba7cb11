use old_crate::{gear, Engine};
use old_crate::gear::TOP as HIGHEST;

mod inner {
    use ::old_crate::*;

    pub fn all() -> u32 {
        start() + gear::shift() + rev!(1)
    }
}

fn make() -> old_crate::Engine {
    old_crate::Engine { power: ::old_crate::gear::TOP }
}

fn main() {
    println!("{:?} {:?} {} {}", Engine::new(1), make(), gear::shift(), HIGHEST);
    println!("{} {}", inner::all(), old_crate::rev!(2));
    let local_old = 3;
    println!("{local_old}");
}
