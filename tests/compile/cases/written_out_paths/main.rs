use std::collections::HashMap;

struct Keeper<T: depot::old::OldShow = depot::old::Old>
where
    T: ::depot::old::OldShow,
{
    inner: T,
    all: HashMap<String, Vec<depot::old::OldBox<depot::old::Old>>>,
}

impl<T: depot::old::OldShow> Keeper<T> {
    const LIMIT: u32 = depot::old::Old::LIMIT + depot::old::OLD_MAX;

    fn tag(&self) -> u32 {
        <T as depot::old::OldShow>::tag() + <depot::old::Old as depot::old::OldShow>::TAG
    }
}

struct Mine;

impl depot::old::OldShow for Mine {
    type Out = <depot::old::Old as depot::old::OldShow>::Out;

    fn show(&self) -> String {
        let own: Self::Out = 4u32;
        format!("mine {own}")
    }
}

fn shown(what: &dyn depot::old::OldExt) -> u32 {
    what.doubled()
}

fn any(value: impl ::depot::old::OldShow<Out = u32>) -> String {
    value.show()
}

fn main() {
    let mut keeper = Keeper { inner: depot::old::Old { value: 4 }, all: HashMap::new() };
    keeper
        .all
        .entry("a".into())
        .or_default()
        .push(depot::old::OldBox::<depot::old::Old>::new(depot::old::old_make(5)));
    println!("{} {} {}", keeper.tag(), Keeper::<u32>::LIMIT, keeper.inner);
    println!("{:?} {}", keeper.all, depot::old::OLD_NAME);
    println!("{} {} {}", shown(&8u32), any(Mine), any(depot::old::Old::new(1)));
    let unit = depot::old::OldUnit;
    println!("{unit:?}");
    println!("{:?}", depot::old::OldBox::<u8>::new(3).cast::<u32>());
}
