use depot::old::OLD_MAX;

fn name(n: u32) -> &'static str {
    match n {
        0 => "zero",
        OLD_MAX => "most",
        _ => "some",
    }
}

fn main() {
    println!("{} {} {}", name(0), name(7), name(3));
    if let OLD_MAX = 6 {
        println!("wrong");
    }
    let pairs = [(7, 1), (2, 7)];
    for pair in pairs {
        println!("{}", matches!(pair, (OLD_MAX, _)));
    }
}
