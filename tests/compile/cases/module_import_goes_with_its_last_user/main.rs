use depot::old;
use std::fmt;

struct Wrap(old::Old);

impl fmt::Display for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.0)
    }
}

fn main() {
    println!("{}", Wrap(old::old_make(2)));
}
