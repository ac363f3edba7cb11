type Old = depot::old::Old;

#[derive(Debug)]
struct OldPair(depot::old::OldPair);

fn old_make(n: u32) -> Old {
    depot::old::old_make(n + 1)
}

const OLD_MAX: u32 = depot::old::OLD_MAX + 1;

fn main() {
    let old: Old = old_make(OLD_MAX);
    println!("{} {:?}", old, OldPair(depot::old::OldPair(1, 2)));
}
