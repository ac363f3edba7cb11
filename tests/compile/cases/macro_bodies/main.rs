use depot::old::old_make;

macro_rules! make {
    () => {
        depot::old::Old::new(1)
    };
    (pair) => {{
        use depot::old::{OldPair, rest};
        OldPair(rest(), depot::old::OLD_MAX)
    }};
    ($n:expr) => {
        old_make($n)
    };
    (one) => { old_make(1) };
}

fn main() {
    println!("{} {:?} {}", make!(), make!(pair), make!(3));
}
