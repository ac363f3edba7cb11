pub use depot::oldmod;
pub use depot::oldmod::{run, sub as twig};
pub use depot::v1::net;

pub fn here() -> u32 {
    oldmod::run() + net::dial()
}
