mod annex {
    pub fn mine() -> u32 {
        1
    }
}

use depot::gone::Thing;

fn main() {
    println!("{:?} {} {}", Thing::new(2), annex::mine(), depot::gone::old_widget());
}
