mod depot {
    pub mod old {
        #[derive(Debug)]
        pub struct Old;
        pub fn old_make() -> Old {
            Old
        }
    }
}

use crate::depot::old::{self, Old};

mod inside {
    use super::depot::old::old_make;

    pub fn make() -> super::Old {
        old_make()
    }
}

fn main() {
    use self::depot::old::old_make;
    let all: [old::Old; 3] = [Old, old_make(), inside::make()];
    println!("{all:?}");
}
