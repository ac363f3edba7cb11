pub mod shared;

pub use shared::Old;
