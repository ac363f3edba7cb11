use depot::old::*;

fn main() {
    println!("{} {}", case::most(), OldPair(REST, OLD_MAX).0);
}
