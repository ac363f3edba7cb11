use depot::old::{OldBits, OldResult};

fn low(word: u32) -> OldResult<u16> {
    let bits = OldBits { word };
    match bits {
        OldBits { half: _ } if word == 0 => Err("zero".to_owned()),
        _ => Ok(unsafe { bits.half.to_le() }),
    }
}

fn main() {
    println!("{:?}", low(1).map(|n| n > 0 || cfg!(target_endian = "big")));
    let ok: OldResult<()> = OldResult::<()>::Ok(());
    println!("{ok:?}");
}
