mod by_name {
    use depot::old::OldExt;

    pub fn run() -> u32 {
        3u32.doubled()
    }
}

mod by_underscore {
    use depot::old::{OldExt as _, OldShow as _};

    pub fn run() -> String {
        format!("{} {}", 3u32.doubled(), 4u32.show())
    }
}

mod given_on {
    pub use depot::old::OldExt;

    pub mod prelude {
        pub use super::OldExt as _;
    }
}

mod by_prelude {
    use super::given_on::prelude::*;

    pub fn run() -> u32 {
        5u32.doubled()
    }
}

mod by_parent {
    use depot::old::OldShow;

    mod child {
        use super::*;

        pub fn run() -> String {
            6u32.show()
        }
    }

    pub fn run() -> String {
        child::run() + &OldShow::show(&7u32)
    }
}

mod in_a_function {
    pub fn run() -> u32 {
        use depot::old::OldExt;
        let double = <u32 as OldExt>::doubled;
        double(&8) + OldExt::doubled(&9)
    }
}

mod supertrait {
    pub trait More: depot::old::OldExt + depot::old::OldShow<Out = u64> {
        fn more(&self) -> String {
            format!("{} {} {}", self.doubled(), self.show(), <Self as depot::old::OldShow>::TAG)
        }
    }

    impl<T> More for T where T: depot::old::OldExt + depot::old::OldShow<Out = u64> {}
}

fn main() {
    println!("{} {} {}", by_name::run(), by_underscore::run(), by_prelude::run());
    println!("{} {}", by_parent::run(), in_a_function::run());
    println!("{}", supertrait::More::more(&10u32));
}
