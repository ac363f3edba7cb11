mod outer {
    pub(super) use depot::old::Old;
    pub(in crate::outer) use depot::old::{old_make, OldPair};
    pub(self) use depot::old::OLD_MAX;

    pub mod inner {
        pub fn make() -> super::Old {
            super::old_make(super::OLD_MAX + super::OldPair(1, 2).0)
        }
    }
}

fn main() {
    println!("{} {}", outer::inner::make(), outer::Old::new(1));
}
