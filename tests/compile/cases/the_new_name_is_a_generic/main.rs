use depot::old::Old;

fn both<New: Into<u32>>(new: New, old: Old) -> u32 {
    new.into() + old.value
}

struct Pair<New> {
    new: New,
    old: Old,
}

impl<New: Copy> Pair<New> {
    fn old(&self) -> (New, Old) {
        (self.new, self.old)
    }
}

fn only(old: Old) -> Old {
    old
}

fn constant<const MAX: u32>() -> u32 {
    use depot::old::OLD_MAX;
    MAX + OLD_MAX
}

fn main() {
    let pair = Pair { new: 'x', old: Old::new(3) };
    println!("{} {:?} {}", both(1u8, Old::new(2)), pair.old(), only(Old::new(1)));
    println!("{}", constant::<5>());
}
