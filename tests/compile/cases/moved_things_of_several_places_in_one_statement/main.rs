use depot::{
    gone::{old_widget, Thing, STAYS},
    leaving::{self, greet, inner::ROOM},
    old::{deep::{self, dig, OldDeep, LOW}, Old},
    oldmod::{open, sub::{leaf, Leaf}, Item, Run as _, Special},
    v1::{net::{dial, Port}, version},
    RootOld,
};

fn main() {
    println!("{} {:?} {}", old_widget(), Thing::new(1), STAYS);
    println!("{:?} {} {}", leaving::Guest, greet(), ROOM);
    println!("{} {} {:?} {} {}", deep::LOW, dig(), OldDeep, LOW, Old::new(1));
    println!("{} {} {:?} {} {:?}", open(), leaf(), Leaf, Item::new(1).run(), Special);
    println!("{} {:?} {} {:?}", dial(), Port(1), version(), RootOld(1));
}
