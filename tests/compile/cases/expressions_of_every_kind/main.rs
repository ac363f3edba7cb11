use depot::old::{KEEP, OLD_MAX, OLD_NAME, Old, OldExt as _, OldPair, OldResult, keep, old_make};

fn tried(value: u32) -> OldResult<Old> {
    let checked = (value <= OLD_MAX).then(|| old_make(value)).ok_or_else(|| format!("{OLD_NAME}"))?;
    let Ok(Old { value }) = (|| -> OldResult<_> { Ok(Old { value: checked.value }) })() else {
        return Err(String::from(OLD_NAME));
    };
    Ok::<Old, _>(old_make(value))
}

fn places() -> u32 {
    let mut olds = [Old::new(1), Old { value: 2 }];
    olds[(OLD_MAX - KEEP.min(OLD_MAX)) as usize].value += OLD_MAX;
    let reference = &mut olds[1];
    *reference = Old { value: reference.value << (OLD_MAX & 1) };
    (olds[0], _) = (old_make(olds[0].value + 1), OLD_NAME);
    let (first, second);
    OldPair(first, second) = OldPair(3, 4);
    Old { value: olds[1].value } = Old::new(first + second);
    let raw = &raw const olds[0];
    let value = unsafe { (*raw).value };
    olds.iter().map(|&Old { value }| value).sum::<u32>() + value
}

fn loops() -> u32 {
    let found = 'outer: {
        for n in (0..OLD_MAX).rev().chain(OLD_MAX..=KEEP) {
            if n == OLD_MAX - 1 {
                break 'outer old_make(n);
            }
        }
        Old::default()
    };
    let mut count = loop {
        break found.value;
    };
    while count < KEEP {
        count += if count % 2 == 0 { OLD_MAX } else { keep(1).0 };
    }
    return count * unsafe { std::mem::transmute::<Old, u32>(Old::new(1)) };
}

fn main() {
    println!("{:?} {:?} {} {}", tried(1), tried(99), places(), loops());
    println!("{} {}", OLD_MAX as f32 as u8, -(OLD_MAX as i32) + !KEEP as i32);
    println!("{} {}", OLD_MAX.doubled(), KEEP.pow(2).doubled());
    println!("{:?}", (OLD_MAX..KEEP, [keep][0](OLD_MAX), (keep)(KEEP)));
}
