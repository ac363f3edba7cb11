use depot::old;

fn make() -> old::Old {
    old::old_make(old::OLD_MAX)
}

impl Local for old::OldPair {}

trait Local {
    fn name(&self) -> &'static str {
        "local"
    }
}

fn main() {
    println!("{} {} {}", make(), old::OldPair(1, 2).name(), old::rest());
    let old::OldPair(a, b) = old::OldPair(7, 8);
    println!("{a}{b}");
}
