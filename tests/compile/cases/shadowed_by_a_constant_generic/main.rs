use depot::old::OLD_MAX;

fn of<const OLD_MAX: usize>() -> usize {
    let array = [0u8; OLD_MAX];
    array.len() + OLD_MAX
}

struct Fixed<const OLD_MAX: u32>;

impl<const OLD_MAX: u32> Fixed<OLD_MAX> {
    const TWICE: u32 = OLD_MAX * 2;
}

fn main() {
    println!("{} {} {}", of::<3>(), Fixed::<OLD_MAX>::TWICE, Fixed::<{ OLD_MAX + 1 }>::TWICE);
    println!("{:?}", [1u8; OLD_MAX as usize]);
}
