#![allow(unused)]

#[cfg(one)]
use depot::old::{Old as Thing, OldPair};
#[cfg(not(one))]
use depot::old::{OldPair, OldUnit as Thing};

#[cfg_attr(one, derive(Debug, Clone, Default))]
struct Held {
    #[cfg(two)]
    old: depot::old::Old,
    #[cfg(not(two))]
    old: depot::old::OldUnit,
}

fn main() {
    #[cfg(one)]
    use depot::old::old_make as made;
    #[cfg(not(one))]
    fn made(value: u32) -> u32 {
        value
    }

    #[cfg(two)]
    let value = depot::old::OLD_MAX;
    #[cfg(not(two))]
    let value = depot::old::REST;
    let thing = Thing::default();
    println!("{:?} {:?} {:?}", made(value), OldPair(1, 2), thing);
    match value {
        #[cfg(two)]
        depot::old::OLD_MAX => println!("most"),
        #[cfg(not(two))]
        depot::old::OLD_MAX => println!("most, otherwise"),
        _ => println!("less"),
    }
    if cfg!(one) {
        println!("{}", depot::old::OLD_NAME);
    }
    let all = [
        #[cfg(one)]
        depot::old::Old::new(1).value,
        #[cfg(two)]
        depot::old::OldPair(2, 3).1,
        0,
    ];
    println!("{all:?}");
}
