use ::depot::old::Old;
use ::depot::{oldmod, old::{old_make}};
use ::{depot::old::OldPair, std::fmt::Debug};

fn show(what: impl Debug) {
    println!("{what:?}");
}

fn main() {
    show((Old::new(1), old_make(2), OldPair(1, 2), oldmod::run()));
}
