macro_rules! bare {
    ($n:expr) => {
        println!("{:?}", old_make($n))
    };
}

fn inner() {
    use depot::old::*;
    bare!(REST);
}

mod m {
    use depot::old::*;

    pub fn inner() {
        bare!(REST + 1);
    }
}

fn main() {
    inner();
    m::inner();
}
