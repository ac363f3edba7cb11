use depot::old::{OLD_MAX, Old, OldExt, OldState, old_make};

fn lazy<'a>(n: &'a u32) -> impl Fn() -> Old + use<'a> {
    move || old_make(*n)
}

fn chained(state: Option<OldState>) -> u32 {
    if let Some(OldState::Busy(n)) = state
        && n > 1
        && let made = old_make(n)
        && made.value < OLD_MAX
    {
        return made.value;
    }
    let Some(OldState::Done { code: OLD_MAX }) = state else {
        return 0;
    };
    OLD_MAX * 2
}

unsafe extern "C" {
    #[allow(dead_code)]
    safe fn never(old: *const Old) -> u32;
}

const fn most() -> u32 {
    const { OLD_MAX + 1 }
}

fn main() {
    println!("{} {}", lazy(&3)(), chained(Some(OldState::Busy(3))));
    println!("{} {}", chained(Some(OldState::Done { code: 7 })), chained(None));
    println!("{} {}", most(), 4.doubled());
    let closure = async move || old_make(1);
    let _ = closure();
}
