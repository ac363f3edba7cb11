mod part;

use depot::old::Old;

fn main() {
    println!("{} {}", Old::new(1), part::most());
}
