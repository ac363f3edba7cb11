use depot::old::{Old, OldUnit};

macro_rules! define {
    ($name:ident) => {
        #[derive(Debug, Clone, Copy)]
        pub struct $name {
            pub value: u32,
        }

        impl $name {
            pub fn new(value: u32) -> Self {
                Self { value: value + 100 }
            }
        }
    };
}

mod inner {
    define!(Old);

    pub fn made() -> Old {
        Old::new(1)
    }
}

mod other {
    define! { OldUnit }
}

fn main() {
    println!("{} {:?} {}", Old::new(1), inner::made(), inner::Old::new(2).value);
    println!("{:?} {:?}", OldUnit, other::OldUnit::new(1));
}
