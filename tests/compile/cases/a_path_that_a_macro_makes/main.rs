macro_rules! path {
    ($module:ident, $name:ident) => {
        depot::$module::$name
    };
}

fn main() {
    println!("{}", path!(old, OLD_MAX));
}
