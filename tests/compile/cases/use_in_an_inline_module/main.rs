mod outer {
    use depot::old::Old;

    pub fn one() -> Old {
        Old::new(1)
    }

    pub mod inner {
        use super::Old as Outer;
        use depot::old::OldPair;

        pub fn two() -> (Outer, OldPair, super::Old) {
            (Outer::new(2), OldPair(2, 2), super::one())
        }
    }
}

fn main() {
    println!("{} {:?}", outer::one(), outer::inner::two());
}
