use depot::old::{old_make, Old, OLD_MAX, OLD_NAME};

#[allow(non_snake_case)]
struct Table {
    old_make: fn(u32) -> Old,
    OLD_MAX: u32,
    OLD_NAME: &'static str,
}

#[allow(non_snake_case)]
fn main() {
    let table = Table { old_make, OLD_MAX, OLD_NAME };
    println!("{} {} {}", (table.old_make)(2), table.OLD_MAX, table.OLD_NAME);
    let Table { old_make, .. } = table;
    println!("{}", old_make(3));
    let again = Table { old_make, OLD_MAX: OLD_MAX + 1, OLD_NAME: "x" };
    println!("{} {}", (again.old_make)(4), again.OLD_MAX);
    let Table { OLD_MAX: most, OLD_NAME: name, .. } = again;
    println!("{most} {name}");
}
