use depot::old::old_make;

struct S {
    old_make: u32,
}

fn parameter(old_make: u32) -> u32 {
    old_make + 1
}

fn closure() -> u32 {
    let f = |old_make: u32| old_make + 2;
    f(1) + old_make(1).value
}

fn arms(value: Option<u32>) -> u32 {
    match value {
        Some(old_make) if old_make > 3 => old_make,
        Some(3) | None => old_make(30).value,
        Some(_) => 0,
    }
}

fn blocks() -> u32 {
    let first = old_make(1).value;
    let sum = {
        let old_make = old_make(2).value;
        old_make + first
    };
    sum + old_make(3).value
}

fn loops() -> u32 {
    let mut sum = 0;
    for old_make in [1, 2] {
        sum += old_make;
    }
    while let Some(old_make) = (sum < 100).then_some(50) {
        sum += old_make;
    }
    sum + old_make(sum).value
}

fn let_else(value: Option<u32>) -> u32 {
    let Some(old_make) = value else {
        return old_make(40).value;
    };
    old_make
}

fn fields(s: S) -> u32 {
    let made = s.old_make + old_make(1).old_make();
    let S { old_make } = s;
    made + old_make
}

fn fields_renamed(S { old_make: value }: S) -> u32 {
    let s = S { old_make: old_make(value).value };
    s.old_make
}

fn inner() -> u32 {
    fn old_make(value: u32) -> u32 {
        value * 100
    }
    old_make(3)
}

fn later() -> u32 {
    let value = old_make(1);
    fn old_make(value: u32) -> u32 {
        value * 1000
    }
    value
}

fn labels() -> u32 {
    'old_make: loop {
        if old_make(1).value == 1 {
            break 'old_make old_make(5).value;
        }
    }
}

fn generic<F: Fn(u32) -> u32>(old_make: F) -> u32 {
    old_make(1) + (|| old_make(2))()
}

fn main() {
    println!("{} {} {} {}", parameter(1), closure(), arms(Some(5)), arms(None));
    println!("{} {} {} {}", blocks(), loops(), let_else(None), let_else(Some(2)));
    println!("{} {}", fields(S { old_make: 1 }), fields_renamed(S { old_make: 2 }));
    println!("{} {} {} {}", inner(), later(), labels(), generic(|v| old_make(v).value));
}
