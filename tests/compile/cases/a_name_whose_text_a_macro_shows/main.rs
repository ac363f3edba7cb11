use depot::old::{Old, OldPair};

macro_rules! named {
    ($name:ident) => {
        (stringify!($name), <$name>::new(1))
    };
}

macro_rules! described {
    ($($name:ident($($arg:expr),*)),*) => {
        vec![$(format!("{}: {:?}", stringify!($name), $name($($arg),*))),*]
    };
}

fn main() {
    let (name, made) = named!(Old);
    println!("{name} {made}");
    println!("{:?}", described!(OldPair(1, 2)));
}
