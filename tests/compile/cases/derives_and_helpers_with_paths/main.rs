mod codec {
    pub use depot::old::old_make as made;
}

#[derive(Debug, Clone, depot::old::OldRecord)]
#[serde(with = "depot::old::old_make")]
#[allow(dead_code)]
struct First {
    old: depot::old::Old,
}

#[depot::old::old_tagged]
#[derive(depot::old::OldRecord)]
#[serde(rename_all = "camelCase", with = "codec::made")]
enum Second {
    #[allow(dead_code)]
    Old,
}

mod inner {
    use depot::old::{old_tagged, OldRecord as Recorded};

    #[cfg_attr(all(), derive(Recorded), old_tagged)]
    #[cfg_attr(all(), serde(with = "super::codec::made"))]
    pub struct Third;

    #[old_tagged(Third, with = 1)]
    pub fn tagged() -> u32 {
        #[old_tagged]
        fn nested() -> u32 {
            depot::old::OLD_MAX
        }
        nested()
    }
}

fn main() {
    println!("{} {}", First::loaded(1), First::recorded());
    println!("{} {} {}", Second::loaded(2), inner::Third::loaded(3), inner::tagged());
}
