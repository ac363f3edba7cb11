mod child;

pub const KEEP: u32 = 100;

fn main() {
    use depot::old::*;
    println!("{} {}", OLD_MAX, rest());
    child::run();
}
