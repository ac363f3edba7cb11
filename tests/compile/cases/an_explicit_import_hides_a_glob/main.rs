use depot::old::*;
use mine::Old;

mod mine {
    #[derive(Debug)]
    pub struct Old;
}

#[derive(Debug)]
struct OldUnit;

fn main() {
    println!("{:?} {:?} {:?} {}", Old, OldUnit, OldPair(1, 2), rest());
}
