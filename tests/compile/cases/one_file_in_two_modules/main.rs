mod first {
    pub use depot::old::Old;
    pub mod shared;
}

mod second {
    #[derive(Debug)]
    pub struct Old(pub u32);

    impl Old {
        pub fn new(n: u32) -> Self {
            Self(n)
        }
    }

    pub mod own;
    #[path = "../first/shared.rs"]
    pub mod shared;
}

fn main() {
    println!("{:?} {:?} {}", first::shared::make(), second::shared::make(), second::own::one());
}
