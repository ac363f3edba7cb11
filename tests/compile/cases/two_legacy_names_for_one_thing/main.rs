use depot::old::Kept;
mod inner {
    use depot::{new::Kept as Same, old::{Kept, keep}};

    pub fn same() -> bool {
        let a: Kept = keep(1);
        let b: Same = super::Kept(1);
        a == b
    }
}

fn main() {
    println!("{} {:?}", inner::same(), Kept(2));
}
