use depot::old::{old_make, Old};

macro_rules! build {
    ($n:expr) => {{
        let made: Old = old_make($n);
        made
    }};
}

mod inner {
    pub fn here() -> u32 {
        // The macro's names are looked up where it is invoked.
        use mine::{old_make, Old};
        let made = build!(4);
        made.0
    }

    mod mine {
        pub struct Old(pub u32);

        pub fn old_make(n: u32) -> Old {
            Old(n + 100)
        }
    }
}

fn main() {
    println!("{} {}", build!(1), inner::here());
    println!("{}", Old::new(3));
}
