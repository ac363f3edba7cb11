use depot::{old::{deep::{OldDeep}, Old}, v2::{self, net::{Port}}};

fn main() {
    println!("{:?} {} {} {:?}", OldDeep, Old::new(2), v2::version(), Port(4));
}
