use depot::old::{old_make, Old, OLD_MAX};

struct Maker {
    make: fn(u32) -> Old,
    max: u32,
}

#[allow(non_snake_case)]
struct Limits {
    MAX: u32,
    New: u32,
}

trait Make {
    const MAX: u32;
    fn make(&self) -> Old;
}

impl Make for Maker {
    const MAX: u32 = OLD_MAX + 1;

    fn make(&self) -> Old {
        (self.make)(self.max)
    }
}

enum Kind {
    New,
    MAX(u32),
}

fn main() {
    let maker = Maker { make: old_make, max: OLD_MAX };
    let limits = Limits { MAX: OLD_MAX, New: 3 };
    let Limits { MAX: most, New: fresh } = limits;
    println!("{} {} {} {}", maker.make(), Maker::MAX, <Maker as Make>::MAX, most + fresh);
    println!("{} {}", Make::make(&maker), Old::new(limits.MAX + limits.New));
    for kind in [Kind::New, Kind::MAX(OLD_MAX)] {
        match kind {
            Kind::New => println!("new"),
            Kind::MAX(OLD_MAX) => println!("most"),
            Kind::MAX(_) => println!("other"),
        }
    }
}
