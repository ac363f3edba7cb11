struct Table {
    old_make: u32,
    make: u32,
}

fn main() {
    let old_make = 1;
    let make = 2;
    let table = Table { old_make, make };
    let Table { old_make, make } = table;
    println!("{old_make} {make}");
}
