mod types;
mod users;

pub use users::all;
