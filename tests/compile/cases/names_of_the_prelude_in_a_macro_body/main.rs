use depot::old::{old_drop, OldRes};

macro_rules! text {
    ($n:expr) => {{
        let list: Vec<u32> = vec![$n];
        let text: Result<String, ()> = Ok(format!("{list:?}"));
        drop(list);
        text.unwrap()
    }};
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Derived {
    n: u32,
}

fn theirs() -> OldRes<u32> {
    Ok(old_drop(4))
}

fn main() {
    println!("{} {:?} {:?}", text!(1), theirs(), Derived::default());
}
