use depot::old::old_make;

macro_rules! scoped {
    ($e:expr) => {{
        // Not the caller's: a variable of a macro is its own.
        let make = 100;
        let _ = make;
        $e
    }};
}

macro_rules! shadow {
    ($name:ident, $e:expr) => {{
        let $name = |n: u32| n + 200;
        $e
    }};
}

fn main() {
    println!("{}", scoped!(old_make(1)));
    println!("{}", shadow!(old_make, old_make(1)));
    println!("{}", shadow!(make, old_make(2)));
}
