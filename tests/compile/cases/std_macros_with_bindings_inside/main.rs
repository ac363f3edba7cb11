use depot::old::{old_make, Old, OldPair, OldState, OLD_MAX};
use std::fmt::Write as _;

fn check(state: OldState, old: Old) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    write!(out, "{0} {OLD_MAX} {x:?} {y}", old, x = OldPair(1, 2), y = OLD_MAX)?;
    writeln!(&mut out, "{old:>width$} {:?}", OldState::Idle, width = OLD_MAX as usize)?;
    assert!(matches!(state, OldState::Busy(old_make) if old_make < OLD_MAX), "{OLD_MAX} {}", old_make(1));
    assert_eq!(old_make(old.value), Old { value: old.value }, "{:?}", [OLD_MAX; 2]);
    assert_ne!({ let old_make = 3; old_make }, old_make(4).value);
    debug_assert!(vec![old_make(1), Old::new(2)].iter().any(|Old { value }| *value == 2));
    let all = vec![(|old_make: u32| old_make + 1)(1), if let Some(OLD_MAX) = Some(7) { OLD_MAX } else { 0 }];
    let text = format!("{} {all:?} {{OLD_MAX}} {OLD_MAX:03}", match state { OldState::Busy(n) => n, _ => OLD_MAX });
    let args = format_args!("{} {}", OLD_MAX, old_make(1)).to_string();
    eprintln!("{OLD_MAX:?}");
    Ok(out + &text + &args)
}

fn unlikely(state: OldState) -> u32 {
    match state {
        OldState::OldState => unreachable!("{} {OLD_MAX}", Old::LIMIT),
        OldState::Idle => todo!("{:?}", OldPair(1, 2)),
        OldState::Busy(_) => dbg!(OLD_MAX),
        OldState::Done { code } if code > OLD_MAX => panic!("{OLD_MAX}"),
        OldState::Done { .. } => unimplemented!("{OLD_MAX:?}"),
    }
}

std::thread_local! {
    static SLOT: std::cell::RefCell<Option<Old>> = const { std::cell::RefCell::new(None) };
    static OTHER: Old = old_make(OLD_MAX);
}

fn main() {
    println!("{}", check(OldState::Busy(3), Old::new(1)).unwrap());
    println!("{}", unlikely(OldState::start()));
    SLOT.with_borrow_mut(|slot| *slot = Some(Old::new(3)));
    println!("{:?} {}", SLOT.take(), OTHER.with(|old| old.value));
    println!("{}", concat!("a", "OLD_MAX"));
    println!("{}", std::mem::size_of::<Old>() + core::mem::offset_of!(Old, value));
    println!("{}", std::assert!(OLD_MAX == 7) == ());
}
