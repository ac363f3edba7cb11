mod by_for {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let mut sum = 0;
        for make in 0..3 {
            sum += old_make(make).value;
        }
        sum
    }
}
mod by_if_let {
    use depot::old::old_make;
    pub fn run() -> u32 {
        if let Some(make) = Some(4) { old_make(make).value } else { old_make(1).value }
    }
}
mod by_while_let {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let mut all = vec![1, 2];
        let mut sum = 0;
        while let Some(make) = all.pop() {
            sum += old_make(make).value;
        }
        sum
    }
}
mod by_let_else {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let Some(make) = Some(5) else { return old_make(0).value };
        old_make(make).value
    }
}
mod by_closure {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let twice = |make: u32| old_make(make).value * 2;
        twice(3)
    }
}
mod by_closure_pattern {
    use depot::old::{old_make, OldPair};
    pub fn run() -> u32 {
        let twice = |OldPair(make, _)| old_make(make).value * 2;
        twice(OldPair(1, 2))
    }
}
mod by_arm {
    use depot::old::old_make;
    pub fn run() -> u32 {
        match 5 {
            make @ 1..=9 if old_make(make).value > 1 => make,
            make => old_make(make).value,
        }
    }
}
mod by_inner_function {
    use depot::old::old_make;
    pub fn run() -> u32 {
        fn make() -> u32 {
            2
        }
        old_make(make()).value
    }
}
mod by_inner_use {
    use depot::old::old_make;
    pub fn run() -> u32 {
        use std::cmp::max as make;
        old_make(make(1, 2)).value
    }
}
mod by_tuple_pattern {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let (make, [_, other @ ..]) = (1, [2, 3, 4]);
        old_make(make + other[0]).value
    }
}
mod by_shorthand_pattern {
    use depot::old::old_make;
    struct S {
        make: u32,
    }
    pub fn run() -> u32 {
        let S { make } = S { make: 6 };
        old_make(make).value
    }
}
mod by_ref_pattern {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let Some(ref make) = Some(7) else { unreachable!() };
        old_make(*make).value
    }
}
mod by_let_chain_of_ands {
    use depot::old::old_make;
    pub fn run() -> u32 {
        let found = matches!(Some(3), Some(make) if old_make(make).value == 3);
        u32::from(found)
    }
}
mod by_parameter_of_a_method {
    use depot::old::old_make;
    pub struct S;
    impl S {
        pub fn run(&self, make: u32) -> u32 {
            old_make(make).value
        }
    }
}
mod by_static {
    use depot::old::OLD_MAX;
    static MAX: u32 = 3;
    pub fn run() -> u32 {
        MAX + OLD_MAX
    }
}
mod by_constant_generic {
    use depot::old::OLD_MAX;
    pub fn run<const MAX: u32>() -> u32 {
        MAX + OLD_MAX
    }
}
mod by_variant_star {
    use depot::old::OldPair;
    #[derive(Debug)]
    #[allow(dead_code)]
    pub enum E {
        Pair,
        Other(u32),
    }
    use E::*;
    pub fn run() -> (OldPair, E, E) {
        (OldPair(1, 2), Pair, Other(3))
    }
}
mod by_associated_type {
    use depot::old::{OldPair, OldShow};
    pub struct Mine;
    impl OldShow for Mine {
        type Out = OldPair;
        fn show(&self) -> String {
            let pair: <Mine as OldShow>::Out = OldPair(1, 2);
            format!("{pair:?}")
        }
    }
}

fn main() {
    println!("{} {} {}", by_for::run(), by_if_let::run(), by_while_let::run());
    println!("{} {} {}", by_let_else::run(), by_closure::run(), by_closure_pattern::run());
    println!("{} {} {}", by_arm::run(), by_inner_function::run(), by_inner_use::run());
    println!("{} {} {}", by_tuple_pattern::run(), by_shorthand_pattern::run(), by_ref_pattern::run());
    println!("{} {}", by_let_chain_of_ands::run(), by_parameter_of_a_method::S.run(3));
    println!("{} {} {:?}", by_static::run(), by_constant_generic::<2>(), by_variant_star::run());
    println!("{}", depot::new::Show::show(&by_associated_type::Mine));
}

fn by_constant_generic<const N: u32>() -> u32 {
    by_constant_generic::run::<N>()
}
