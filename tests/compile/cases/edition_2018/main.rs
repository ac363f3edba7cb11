use depot::old::{old_make, Old};

mod inner {
    use ::depot::old::OldPair;

    pub async fn make() -> OldPair {
        OldPair(1, depot::old::OLD_MAX)
    }
}

fn dynamic(value: &dyn depot::old::OldExt) -> u32 {
    value.doubled()
}

fn main() {
    let _future = inner::make();
    let array = [old_make(1), Old::new(2)];
    for old in array.iter() {
        println!("{}", old);
    }
    println!("{}", dynamic(&1u32));
}
