use depot::old::{Old, old_make, OLD_MAX};

fn main() {
    let x: Old = old_make(OLD_MAX);
    println!("{x}");
}
