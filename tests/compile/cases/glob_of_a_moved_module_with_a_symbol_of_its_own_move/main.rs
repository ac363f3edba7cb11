use depot::oldmod::*;

fn main() {
    println!("{:?} {:?} {}", Item::new(1), Special, open());
}
