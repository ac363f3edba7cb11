use depot::old::Old;
use Event::*;

#[derive(Debug)]
#[allow(dead_code)]
enum Event {
    Old(u32),
    Other,
}

fn made(old: Old) -> Event {
    match old {
        Old { value: 0 } => Other,
        Old { value } => Event::Old(value),
    }
}

fn main() {
    println!("{:?} {:?}", made(Old::new(1)), made(<Old>::default()));
}
