#[cfg(feature = "off")]
use depot::old::Old;
use depot::oldmod;

#[cfg(feature = "off")]
mod off {
    pub fn off() -> depot::old::Old {
        super::Old::new(crate::oldmod::LEVEL)
    }
}

#[cfg(any())]
fn never() -> depot::old::OldState {
    depot::old::OldState::Idle
}

#[cfg(all(feature = "off", any()))]
mod missing_file;

fn main() {
    #[cfg(feature = "off")]
    println!("{} {}", Old::new(1), off::off());
    if cfg!(feature = "off") {
        println!("{}", oldmod::run());
    }
}
