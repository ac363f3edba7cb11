use depot::old::{Old, OldShow, OLD_MAX};

fn shown<T: OldShow>(all: &[T]) -> Vec<u32> {
    vec![0; all.len() + <T as OldShow>::TAG as usize]
}

fn main() {
    let all = vec![Old::new(1); OLD_MAX as usize];
    println!("{:?} {}", shown(&all), vec![<Old as OldShow>::TAG; { 1 + 1 }].len());
}
