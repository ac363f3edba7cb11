extern crate old_crate as engine;
use old_crate as e;
use engine::Engine;

fn main() {
    println!("{:?} {} {}", Engine::new(1), e::start(), engine::gear::TOP);
    let old = e::gear::shift();
    println!("{old}");
}
