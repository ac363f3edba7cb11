#[path = "elsewhere/odd-name.rs"]
mod app;
#[cfg_attr(all(), path = "elsewhere/second.rs")]
mod second;

mod inline {
    #[path = "third.rs"]
    pub mod third;
}

use depot::old::Old;

fn main() {
    println!("{} {} {}", app::make(), second::make(), inline::third::make());
}
