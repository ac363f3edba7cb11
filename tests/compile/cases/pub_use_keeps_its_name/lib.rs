pub use depot::old::Old;

pub fn make() -> Old {
    Old::new(1)
}
