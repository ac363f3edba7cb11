#[macro_use]
extern crate depot;

mod inner {
    pub fn log() {
        old_log!("inner");
    }
}

fn main() {
    old_log!("{}", 1);
    inner::log();
}
