use depot::old::{self, old_make, Old, OldState, OLD_MAX};

fn main() {
    println!("{} {:?} {}", Old::new(1), old_make(2), depot::old::OLD_NAME);
    assert_eq!(old_make(1), Old::new(1), "old_make {}", OLD_MAX);
    assert!(old_make(1) == Old { value: 1 });
    let all = vec![Old::new(1), old::old_make(2)];
    let same = vec![OLD_MAX; OLD_MAX as usize];
    println!("{all:?} {}", same.len());
    let n = 3;
    {
        let old_make = 5;
        println!("{old_make} {}", old_make);
        println!("{}", { let old_make = |n: u32| n; old_make(4) });
    }
    println!("{old_make} {}", depot::old::old_make(6), old_make = n);
    println!("{0} {name}", old_make(n), name = OLD_MAX);
    let state = OldState::Busy(OLD_MAX);
    println!("{}", matches!(state, OldState::Busy(old_make) if old_make == OLD_MAX));
    println!("{}", matches!(state, OldState::Busy(OLD_MAX)));
    let text = format!("{:?}", [1u32].iter().map(|old_make| old_make + 1).collect::<Vec<_>>());
    debug_assert_ne!(text, format!("{}", OLD_MAX));
    eprintln!("{text} {:>width$}", OLD_MAX, width = OLD_MAX as usize);
    if state == OldState::Idle {
        unreachable!("{}", old_make(1));
    }
    let _ = concat!("old_make", "Old");
    let _: Vec<Old> = Vec::from([Old::new(OLD_MAX)]);
    std::println!("{}", std::format!("{}", OLD_MAX));
}
