mod mine {
    pub const KEEP: u32 = 1;
}

fn import_outside() -> u32 {
    use crate::mine::KEEP;
    let first = KEEP;
    {
        use depot::old::*;
        first + KEEP
    }
}

fn main() {
    println!("{}", import_outside());
}
