use depot::RootOld;
use depot::{self, RootOld as Root};
use depot as d;

fn main() {
    println!("{:?} {:?} {:?}", RootOld(1), Root(2), depot::RootOld(3));
    println!("{:?} {:?}", d::RootOld(4), ::depot::RootOld::default());
}
