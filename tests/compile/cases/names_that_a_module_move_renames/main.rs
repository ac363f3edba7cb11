use depot::oldmod::{self, open, Special};

fn main() {
    println!("{} {} {:?}", open(), oldmod::open(), Special);
    println!("{:?} {:?}", oldmod::Special, depot::oldmod::Special::default());
    let special: oldmod::Special = Default::default();
    println!("{} {:?}", depot::oldmod::open(), special);
}
