// use depot::OLD::Old; and an Old thing
use depot::old::Old;

/* Old */
fn main() {
    let text = "depot::OLD::Old";
    let raw = r#"use depot::OLD::{Old};"#;
    println!("{} {} {}", Old::new(1), text, raw); // Old
    let c = 'O'; /* an Old { one } */
    println!("{c} {:?}", b"Old");
}
