use depot::old::old_make;

struct Table {
    old_make: fn(u32) -> depot::old::Old,
    make: u32,
}

fn main() {
    let make = 3;
    let table = Table { old_make, make };
    println!("{} {}", (table.old_make)(2), table.make);
}
