mod b {
    use depot::old;
    use old::Old;

    pub mod c {
        use super::old::deep;

        pub fn made() -> u32 {
            deep::LOW
        }
    }

    pub fn made() -> (Old, old::OldPair) {
        (Old::new(1), old::OldPair(1, 2))
    }
}

fn main() {
    println!("{:?} {:?}", b::made(), b::c::made());
}
