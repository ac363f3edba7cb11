use depot::old::{Old as A, OldPair as B, OldState::{self as C, Busy as D}};

fn main() {
    println!("{} {:?} {:?} {:?}", A::new(1), B(1, 2), C::Idle, D(3));
}
