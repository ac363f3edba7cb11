use mine::Old;

mod mine {
    #[derive(Debug)]
    pub struct Old;
}

fn theirs() {
    use depot::old::Old;
    println!("{}", Old::new(1));
    {
        use crate::mine::Old;
        println!("{:?}", Old);
    }
    println!("{}", Old::new(2));
}

fn main() {
    println!("{:?}", Old);
    theirs();
}
