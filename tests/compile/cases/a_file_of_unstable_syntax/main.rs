const trait Fixed: [const] Clone {
    fn made(&self) -> depot::old::Old;
}

struct Table {
    unsafe field: u32,
}

fn numbers() -> impl Iterator<Item = depot::old::Old> {
    gen {
        yield depot::old::Old::new(depot::oldmod::run());
    }
}

fn main() {}
