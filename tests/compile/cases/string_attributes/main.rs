use depot::new::Record;
use depot::old::old_make;

#[derive(Record)]
#[serde(with = "depot::old::old_make")]
struct First;

#[derive(Record)]
#[serde(default, with = "old_make")]
struct Second;

#[derive(Record)]
#[serde(rename = "depot::OLD::Old")]
#[cfg_attr(any(), serde(default = "depot::old::old_make", skip_serializing_if = "depot::oldmod::run"))]
#[cfg_attr(any(), serde(bound(serialize = "T: depot::old::OldShow"), remote = "depot::old::Old"))]
#[doc(alias = "old_make is prose")]
struct Third;

fn main() {
    println!("{} {} {}", First::loaded(1), Second::loaded(2), Third::recorded());
    println!("{}", old_make(1));
}
