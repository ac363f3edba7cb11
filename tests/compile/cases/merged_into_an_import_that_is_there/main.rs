use depot::new::{MAX, New};
use depot::old::{Old, OLD_MAX, REST};

fn main() {
    let a: New = Old::new(OLD_MAX);
    let b: Old = New::new(MAX);
    println!("{} {}", a == b, REST);
}
