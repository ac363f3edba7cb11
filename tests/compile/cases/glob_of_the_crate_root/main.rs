use depot::*;

fn main() {
    println!("{:?} {} {}", RootOld(1), old::Old::new(2), old::rest());
    println!("{} {} {}", oldmod::run(), v1::net::dial(), leaving::greet());
    println!("{} {:?}", gone::STAYS, gone::Thing::new(1));
}
