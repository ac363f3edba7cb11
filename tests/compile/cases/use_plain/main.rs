use depot::old::Old;
use depot::old::old_make;

fn main() {
    let old: Old = old_make(3);
    println!("{} {}", old, Old::LIMIT);
}
