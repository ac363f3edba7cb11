//! Errors of somebody who uses canonical paths alone. No message may name a legacy one.

#![allow(unused)]

use defining::canonical;

pub trait Foreign {}
pub fn needs<T: Foreign>(_: T) {}

// Two names for each type, so that the compiler writes the whole path.
pub struct Named;
pub enum State {}
pub struct Id;
pub trait Handler {}

pub fn bounds(bits: canonical::Bits) {
    needs(canonical::Named { a: 1 });
    needs(canonical::State::Open);
    needs(canonical::Id(1));
    needs(canonical::Marker);
    needs(bits);
    needs(canonical::connect);
}

pub fn types() {
    let _: Named = canonical::Named { a: 1 };
    let _: State = canonical::State::Open;
    let _: Id = canonical::Id(1);
    let _: u8 = canonical::LIMIT;
    let _: &dyn canonical::Handler = &Named;
}

pub fn arguments() {
    canonical::connect("");
    canonical::join_all("", (1, 2));
    canonical::Id("");
    let _: () = defining::ws_send!(1);
}
