#! [allow(dead_code)]
use depot::old::Old;

fn main() {
    println!("{}", Old::new(1));
}
