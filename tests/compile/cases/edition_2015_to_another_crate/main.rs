extern crate depot;

use depot::gone::Thing;

mod inner {
    pub fn widget() -> u32 {
        ::depot::gone::old_widget()
    }
}

fn main() {
    println!("{:?} {}", Thing::new(inner::widget()), depot::leaving::greet());
}
