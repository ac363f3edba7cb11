use depot::old::OLD_MAX;

const PAIR: (u32, Option<u32>) = (OLD_MAX, Some(OLD_MAX));

fn of(value: u32) -> &'static str {
    match value {
        0 | OLD_MAX => "zero or most",
        OLD_MAX.. => "more",
        _ => "less",
    }
}

fn deep(value: &Option<Result<u32, (u32, [u32; 2])>>) -> u32 {
    match value {
        Some(Ok(n @ OLD_MAX)) => *n,
        Some(Ok(1..OLD_MAX)) => 1,
        Some(Err((OLD_MAX, [OLD_MAX, rest]))) => *rest,
        Some(Err((_, [.., OLD_MAX]))) => 2,
        &Some(Ok(_)) => 3,
        _ => 4,
    }
}

fn main() {
    println!("{} {} {} {}", of(0), of(7), of(8), of(3));
    println!("{} {}", deep(&Some(Ok(7))), deep(&Some(Ok(2))));
    println!("{} {}", deep(&Some(Err((7, [7, 70])))), deep(&Some(Err((1, [1, 7])))));
    if let OLD_MAX = 7u32 {
        println!("is");
    }
    let OLD_MAX = 7u32 else {
        panic!("is not");
    };
    let mut at = OLD_MAX;
    while let OLD_MAX = at {
        at += 1;
    }
    println!("{at} {} {PAIR:?}", matches!(at, OLD_MAX));
    println!("{:?}", [7, 8].iter().filter(|n| matches!(n, &&OLD_MAX)).count());
    println!("{:?}", Some(7u32).map(|n| match n { OLD_MAX => 'a', _ => 'b' }));
}
