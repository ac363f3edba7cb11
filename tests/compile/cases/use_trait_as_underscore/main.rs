use depot::old::OldExt as _;
use depot::old::{OldShow as _, REST};

fn main() {
    println!("{} {} {}", 4u32.doubled(), 5u32.show(), REST);
}
