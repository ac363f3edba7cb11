use depot::old::old_make;

#[cfg(feature = "own")]
fn make(n: u32) -> u32 {
    n
}

#[cfg(not(feature = "own"))]
const fn own(n: u32) -> u32 {
    n
}

fn main() {
    #[cfg(feature = "own")]
    println!("{}", make(2));
    #[cfg(not(feature = "own"))]
    println!("{}", own(3));
    println!("{}", old_make(1));
}
