use depot::old::{old_tagged, OldRecord};

#[derive(Debug, OldRecord, Clone)]
struct First;

#[derive(depot::old::OldRecord)]
enum Second {
    #[allow(dead_code)]
    Only,
}

#[cfg_attr(all(), derive(OldRecord), old_tagged)]
struct Third;

#[old_tagged]
fn tagged() -> u32 {
    1
}

#[depot::old::old_tagged(with, depot::old::Old)]
fn tagged_by_path() -> u32 {
    2
}

fn main() {
    println!("{} {} {}", First::recorded(), Second::recorded(), Third::recorded());
    println!("{:?} {} {}", First, tagged(), tagged_by_path());
}
