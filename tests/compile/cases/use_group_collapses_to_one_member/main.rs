use depot::old::{rest, Old};

fn main() {
    println!("{} {}", Old::new(1), rest());
}
