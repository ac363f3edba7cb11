use depot::old::*;

fn main() {
    let made: Old = old_make(REST);
    println!("{} {:?} {} {}", made, Rest(1), rest(), OLD_MAX);
    println!("{}", 3u32.doubled());
}

trait Local {
    fn double(&self) -> u32;
}

impl<T: OldExt> Local for T {
    fn double(&self) -> u32 {
        self.doubled()
    }
}
