use case::types::Old;
use depot::old::old_make;

fn main() {
    let old: Old = old_make(1);
    println!("{} {}", old, case::most());
}
