use depot::old::{old_make, Old};

macro_rules! both {
    ($old_make:expr, $Old:ident) => {
        println!("{} {}", $old_make, $Old::new(1))
    };
}

macro_rules! declare {
    ($($name:ident),*) => { $(let $name = 1;)* };
}

fn main() {
    both!(old_make(2), Old);
    declare!(a, b);
    println!("{}", a + b);
}
