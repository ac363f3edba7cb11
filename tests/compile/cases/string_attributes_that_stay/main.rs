#![allow(unused)]
use depot::new::Record;

#[derive(Record)]
#[serde(rename = "depot::old::Old", alias = "depot::old::old_make", tag = "depot::old::Old")]
struct First;

#[derive(Record)]
#[serde(with = "mine::old::Old")]
struct Second;

mod mine {
    pub mod old {
        #[derive(Debug)]
        pub struct Old(pub u32);
    }
}

#[deprecated(note = "was depot::old::Old")]
fn third() {}

fn main() {
    println!("{} {}", First::recorded(), Second::loaded(2));
    println!("{}", "depot::old::Old");
}
