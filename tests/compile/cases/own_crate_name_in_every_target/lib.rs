//! ```
//! assert_eq!(case::most(), depot::old::old_make(7));
//! ```

pub mod types {
    pub use depot::old::Old;
}

pub fn most() -> types::Old {
    types::Old::new(depot::old::OLD_MAX)
}
