use depot::r#old::{r#Old, r#old_make as r#match};
use r#depot::old::OldPair as r#struct;

fn main() {
    let r#type: r#Old = r#match(1);
    println!("{} {:?} {}", r#type, r#struct(1, 2), Old::LIMIT);
    println!("{}", depot::r#old::r#old_make(3));
}
