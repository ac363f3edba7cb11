use std::fmt::Debug;
use depot::old::Old;
use annex::parts;
use depot::v2;

fn show(what: impl Debug) {
    println!("{what:?}");
}

fn main() {
    show((Old::new(parts::widget()), v2::version()));
}
