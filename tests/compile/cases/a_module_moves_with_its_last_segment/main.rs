use depot::v1::{self, net};
use depot::v1::net::{dial, Port};

fn main() {
    println!("{} {} {:?} {}", net::dial(), dial(), Port(1), v1::version());
    println!("{:?} {}", v1::net::Port(2), depot::v1::net::dial());
}
