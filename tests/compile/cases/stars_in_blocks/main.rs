mod mine {
    pub const KEEP: u32 = 1;
    pub fn old_make(value: u32) -> u32 {
        value + 500
    }
}

fn import_outside() -> u32 {
    use crate::mine::KEEP;
    let first = KEEP;
    {
        use depot::old::*;
        first + KEEP
    }
}

fn local_outside() -> String {
    let mut out = String::new();
    for old_make in [mine::old_make] {
        use depot::old::*;
        out += &format!("{:?} ", old_make(1));
    }
    let old_make = mine::old_make;
    {
        use depot::old::*;
        out += &format!("{:?} ", old_make(2));
        let old_make = |n: u32| n + 9;
        out += &format!("{:?} ", old_make(3));
    }
    out + &format!("{:?}", old_make(4))
}

fn parameter_outside(old_make: fn(u32) -> u32) -> String {
    // The body's own block is inside of the parameters.
    use depot::old::*;
    format!("{:?}", old_make(5))
}

fn main() {
    println!("{} {} {}", import_outside(), local_outside(), parameter_outside(mine::old_make));
}
