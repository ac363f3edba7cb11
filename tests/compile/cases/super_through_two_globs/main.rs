mod a {
    pub use depot::old::*;

    pub mod b {
        pub use super::*;

        pub mod c {
            use super::super::OldPair;
            use super::*;

            pub fn made() -> (Old, OldPair, u32) {
                (old_make(1), OldPair(1, 2), OLD_MAX + REST)
            }
        }
    }
}

fn main() {
    use a::b::OldState;
    println!("{:?} {:?} {:?}", a::b::c::made(), OldState::Idle, a::OldUnit);
}
