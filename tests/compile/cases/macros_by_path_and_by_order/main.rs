#[macro_use]
mod first {
    macro_rules! early {
        ($n:expr) => {
            depot::old::old_make($n)
        };
    }
    pub(crate) use early as late;
}

mod second {
    use depot::old::{old_sum, OldPair};

    pub fn made() -> OldPair {
        macro_rules! early {
            ($n:expr) => {
                OldPair($n, old_sum![$n, 1])
            };
        }
        early!(3)
    }
}

mod third {
    pub(crate) mod macros {
        macro_rules! pair {
            ($($all:tt)*) => { $crate::third::pair_of($crate::third::OldPair, $($all)*) };
        }
        pub(crate) use pair;
    }
    pub use depot::old::OldPair;

    pub fn pair_of(make: fn(u32, u32) -> OldPair, n: u32) -> OldPair {
        make(n, n)
    }
}

fn main() {
    use third::macros::pair;
    println!("{:?} {:?} {:?}", early!(1), first::late!(2), second::made());
    println!("{:?} {:?}", pair!(4), crate::third::macros::pair!(5));
    println!("{}", depot::old::old_sum!(depot::old::old_sum!(1, 2), depot::old::OLD_MAX));
    let total: [u8; depot::oldmod::total!(1, 2) as usize] = [0; 3];
    depot::old_log!("{} {:?}", total.len(), depot::old::OldPair(1, 2));
}
