use depot::old::Old as Handle;
use depot::old::{old_make as build, OldShow as Shown};

fn main() {
    let handle: Handle = build(6);
    println!("{} {}", handle.show(), <Handle as Shown>::TAG);
}
