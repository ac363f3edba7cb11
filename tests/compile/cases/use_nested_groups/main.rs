use depot::{
    // the legacy half
    old::{
        deep::{dig, OldDeep, LOW}, // deep things
        // what we make
        old_make,
        Rest, /* it stays */
    },
    oldmod::{sub::{leaf, Leaf}, Item},
    v2,
};

fn main() {
    let deep = OldDeep;
    println!("{:?} {} {}", deep, dig(), LOW);
    println!("{} {:?}", old_make(4), Rest(2));
    println!("{} {:?} {:?} {}", leaf(), Leaf, Item::new(3), v2::version());
}
