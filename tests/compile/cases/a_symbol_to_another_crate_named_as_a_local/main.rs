fn main() {
    let annex = 5;
    let parts = 6;
    println!("{:?} {}", depot::gone::Thing::new(annex), depot::gone::old_widget() + parts);
    fn depot() -> u32 {
        depot::gone::STAYS
    }
    println!("{}", depot());
}
