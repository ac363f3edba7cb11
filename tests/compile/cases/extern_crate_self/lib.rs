extern crate self as case;

pub use depot::old::Old;

pub mod inner {
    use case::Old;

    pub fn make() -> ::case::Old {
        Old::new(depot::old::OLD_MAX)
    }
}
