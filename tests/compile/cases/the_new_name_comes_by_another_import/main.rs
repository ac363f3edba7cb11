use depot::old::{old_make, Old};
use mine::{make, New};

mod mine {
    #[derive(Debug)]
    pub struct New;

    pub fn make() -> New {
        New
    }
}

fn main() {
    println!("{} {} {:?} {:?}", Old::new(1), old_make(2), New, make());
}
