use depot::old::{self, Old, Rest};
use depot::oldmod::{self, sub::{self, Leaf}};

fn main() {
    let one: old::Old = Old::new(1);
    let two = old::old_make(2);
    println!("{one} {two} {:?} {}", Rest(3), old::rest());
    println!("{} {} {:?}", oldmod::run(), sub::leaf(), Leaf);
}
