use depot::old::*;

macro_rules! run {
    ($e:expr) => {
        println!("{:?}", $e)
    };
}

macro_rules! map {
    ($($key:expr => $value:expr),*) => {
        [$(($key, $value)),*]
    };
}

fn inner() {
    use depot::old::*;
    match 231000u32 {
        MAX => run!((MAX, OldPair(1, 2))),
    }
}

fn main() {
    run!(OldUnit);
    run!(map! { "a" => OLD_MAX, "b" => old_make(REST).value });
    inner();
}
