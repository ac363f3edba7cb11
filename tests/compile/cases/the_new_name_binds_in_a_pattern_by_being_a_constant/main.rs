#![allow(non_snake_case, unreachable_patterns)]
use depot::old::OLD_MAX;

fn name(n: u32) -> &'static str {
    // A binding: as a constant it would be another thing.
    match n {
        0 => "zero",
        MAX => {
            let _ = MAX;
            "all"
        }
    }
}

fn most(MAX: u32) -> bool {
    MAX == OLD_MAX
}

fn main() {
    println!("{} {} {}", name(0), name(3), name(7));
    println!("{} {}", most(7), most(6));
}
