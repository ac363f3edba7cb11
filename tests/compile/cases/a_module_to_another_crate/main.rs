use depot::leaving::{self, greet, inner::ROOM, Guest};
use depot::leaving as l;

fn main() {
    println!("{:?} {} {} {}", Guest, greet(), leaving::inner::ROOM, ROOM);
    println!("{} {:?}", depot::leaving::greet(), l::Guest::default());
}
