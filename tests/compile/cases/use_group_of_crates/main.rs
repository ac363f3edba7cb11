use {
    depot::old::Old,
    depot::{oldmod::run, v2},
    std::collections::HashMap,
};

fn main() {
    let map: HashMap<u32, Old> = HashMap::from([(run(), Old::new(v2::version()))]);
    println!("{map:?}");
}
