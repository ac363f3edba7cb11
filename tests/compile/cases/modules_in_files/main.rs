mod app;
mod plain;

use app::inner::{make, Local};
pub use depot::old::OldPair;

fn main() {
    println!("{} {} {:?}", make(), plain::second(), Local::default());
}
