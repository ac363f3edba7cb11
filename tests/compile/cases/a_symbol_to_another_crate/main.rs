use depot::gone::{self, Thing, STAYS};
use depot::gone::old_widget;

fn main() {
    let thing: Thing = gone::Thing::new(old_widget());
    println!("{:?} {} {}", thing, STAYS, depot::gone::old_widget());
    println!("{}", gone::STAYS);
    let ::depot::gone::Thing { weight } = thing;
    println!("{weight}");
}
