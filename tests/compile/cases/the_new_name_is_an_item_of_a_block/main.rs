use depot::old::{old_make, Old};

fn first() -> u32 {
    fn make(n: u32) -> u32 {
        n + 500
    }
    make(1) + old_make(2).value
}

fn second() -> Old {
    #[derive(Debug)]
    struct New(u8);
    println!("{:?}", New(1));
    Old::new(3)
}

fn main() {
    println!("{} {} {}", first(), second(), old_make(4));
}
