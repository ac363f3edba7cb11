use depot::{
    RootOld, gone::{Thing, STAYS}, leaving::{self, Guest}, old::{rest, OldState::{self, Idle}, Kept},
    oldmod::{Special, Item, open, sub::{self as twig}}, v1::net::{self, Port}, old_log,
};

fn main() {
    old_log!("{:?} {:?} {} {:?}", RootOld(1), Thing::new(2), STAYS, Guest);
    println!("{} {:?} {:?} {:?}", rest(), OldState::Busy(1), Idle, Kept(4));
    println!("{:?} {:?} {} {}", Special, Item::new(1), open(), twig::leaf());
    println!("{} {:?} {}", net::dial(), Port(3), leaving::greet());
}
