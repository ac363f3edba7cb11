use depot::old::{OldPair, OLD_MAX};

#[allow(non_local_definitions)]
macro_rules! MAX {
    () => {
        8
    };
}

macro_rules! Pair {
    ($a:expr, $b:expr) => {
        OldPair($a, $b)
    };
}

struct S<'MAX> {
    text: &'MAX str,
}

fn main() {
    let s = S { text: "a" };
    'MAX: for n in 0..OLD_MAX {
        if n > 2 {
            break 'MAX;
        }
    }
    println!("{:?} {} {}", Pair!(1, OLD_MAX), MAX!(), s.text);
}
