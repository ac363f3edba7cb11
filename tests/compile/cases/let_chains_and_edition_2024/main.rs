use depot::old::{OLD_MAX, Old, OldState, old_make};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn chained(state: Option<OldState>) -> u32 {
    if let Some(OldState::Busy(old_make)) = state
        && old_make < OLD_MAX
        && let made = self::old_make(old_make)
        && let Old { value } = made
        && matches!(state, Some(OldState::Busy(n)) if n == value)
    {
        value + old_make
    } else if let Some(state @ (OldState::Idle | OldState::OldState)) = state {
        u32::from(state == OldState::Idle)
    } else {
        old_make(OLD_MAX).value
    }
}

fn looped() -> u32 {
    let mut states = vec![OldState::Busy(1), OldState::Done { code: 4 }, OldState::Busy(2)];
    let mut sum = 0;
    while let Some(state) = states.pop()
        && let OldState::Busy(n) | OldState::Done { code: n } = state
    {
        sum += n + old_make(n).value;
    }
    sum
}

async fn call<F: AsyncFn(u32) -> Old>(f: F) -> u32 {
    f(OLD_MAX).await.value
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!(),
    }
}

unsafe extern "C" {
    safe fn abs(value: i32) -> i32;
    #[allow(dead_code)]
    unsafe fn nothing(old: *const Old, state: Option<extern "C" fn(*mut Old)>);
}

fn captured(old: &Old) -> impl Iterator<Item = Old> + use<'_> {
    std::iter::once(*old)
}

fn main() {
    println!("{} {}", chained(Some(OldState::Busy(3))), chained(Some(OldState::Idle)));
    println!("{} {}", chained(None), looped());
    println!("{}", ready(call(async |n| old_make(n))));
    println!("{}", ready(call(async move |old_make: u32| Old::new(old_make))));
    println!("{} {:?}", abs(-3), captured(&Old::new(1)).collect::<Vec<_>>());
    let gen_ = async { Old::new(ready(async { OLD_MAX })) };
    println!("{:?}", ready(gen_));
}
