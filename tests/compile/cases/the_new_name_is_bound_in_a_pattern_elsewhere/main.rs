#![allow(non_snake_case)]
use depot::old::OLD_MAX;

fn main() {
    println!("{}", OLD_MAX);
    let (a, MAX) = (1, 2);
    println!("{} {}", a, MAX);
    if let Some(MAX) = Some(3) {
        println!("{MAX}");
    }
}
