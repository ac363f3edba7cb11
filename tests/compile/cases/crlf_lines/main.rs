use depot::old::{
    Old,
    rest,
    // made
    old_make,
};

/// An [`Old`].
fn made() -> Old {
    old_make(1)
}

fn main() {
    println!("{} {}", made(), rest());
}
