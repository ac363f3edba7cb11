use depot::old::{old_make, Old, OldState, OLD_MAX};

macro_rules! select {
    ($($pattern:pat = $value:expr $(, if $guard:expr)? => $done:expr),+ $(,)? ; else => $other:expr) => {{
        let mut result = None;
        $(
            if result.is_none() {
                #[allow(unreachable_patterns)]
                match $value {
                    $pattern $(if $guard)? => result = Some($done),
                    #[allow(unreachable_patterns)]
                    _ => {}
                }
            }
        )+
        result.unwrap_or_else(|| $other)
    }};
}

macro_rules! map {
    ($($key:ident : $value:expr),* $(,)?) => {
        vec![$((stringify!($key), $value)),*]
    };
}

macro_rules! state {
    (@one $state:path) => { format!("{:?}", $state) };
    ($($state:path),*) => { [$(state!(@one $state)),*].join(" ") };
}

fn main() {
    let one = select! {
        OldState::Busy(n) = OldState::start(), if n > OLD_MAX => n,
        Old { value: OLD_MAX } = Old::new(7) => depot::old::old_make(OLD_MAX).value,
        ; else => old_make(3).value
    };
    let two = select! {
        None = Some(OLD_MAX) => 1,
        Some(old_make) = Some(5) => old_make + 1,
        ; else => OLD_MAX
    };
    println!("{one} {two}");
    println!("{:?}", map! { first: Old::new(1), second: old_make(OLD_MAX), old_make: Old { value: 2 } });
    println!("{}", state!(OldState::Idle, depot::old::OldState::OldState));
}
