use depot::old::Old;

fn any<Old: std::fmt::Debug>(old: Old) -> String {
    let again: Old = old;
    format!("{again:?}")
}

struct Wrap<Old>(Old);

impl<Old: Clone> Wrap<Old> {
    fn get(&self) -> Old {
        self.0.clone()
    }

    fn other<New>(&self, new: New) -> (Old, New) {
        (self.get(), new)
    }
}

trait Make {
    type Old;
    const OLD_MAX: u32 = 1;
    fn old_make(&self) -> Self::Old;
}

impl Make for u8 {
    type Old = Old;
    fn old_make(&self) -> Self::Old {
        Old::new(u32::from(*self))
    }
}

enum Either<Old, Right> {
    Left(Old),
    Right(Right),
}

type Alias<Old> = Either<Old, u8>;

fn main() {
    println!("{} {}", any("x"), any(Old::new(1)));
    println!("{} {:?}", Wrap(Old::new(2)).get(), Wrap(1).other('c'));
    println!("{} {}", 7u8.old_make(), <u8 as Make>::OLD_MAX);
    let left: Alias<Old> = Either::Left(Old::new(1));
    if let Either::Left(old) | Either::<Old, u8>::Left(old) = left {
        println!("{old}");
    }
    if let Either::Right::<u8, _>(n) = Either::Right(3) {
        println!("{n}");
    }
}
