use depot::old::{self};
use depot::v2;

fn main() {
    println!("{} {}", old::Old::new(1), v2::version());
}
