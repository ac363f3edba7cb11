#[cfg(not(feature = "mine"))]
use depot::old::Old;
#[cfg(feature = "mine")]
use mine::Old;
use depot::old::OLD_MAX;

mod mine {
    #![allow(dead_code)]
    pub struct Old {
        pub value: u32,
    }

    impl Old {
        pub fn new(value: u32) -> Self {
            Self { value: value + 100 }
        }
    }
}

fn main() {
    println!("{}", Old::new(OLD_MAX).value);
}
