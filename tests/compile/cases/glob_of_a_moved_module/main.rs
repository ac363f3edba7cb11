use depot::oldmod::*;
use depot::oldmod::sub::*;

fn main() {
    println!("{:?} {} {} {}", Item::new(1), run(), LEVEL, Item::new(2).run());
    println!("{:?} {}", Leaf, leaf());
}
