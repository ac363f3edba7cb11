mod annex {
    pub fn mine() -> u32 {
        1
    }
}

use depot::gone::Thing;

mod inner {
    use depot::leaving;

    pub fn made() -> u32 {
        leaving::greet() + depot::gone::old_widget()
    }
}

fn main() {
    println!("{} {:?} {} {:?}", annex::mine(), Thing::new(1), inner::made(), depot::leaving::Guest);
}
