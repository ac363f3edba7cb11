use depot::old::{old_drop, OldRes, OldString};

fn parse() -> Result<u32, String> {
    Ok(old_drop(8))
}

fn theirs(n: u32) -> OldRes<OldString> {
    match n {
        0 => Err(1),
        n => Ok(OldString(n)),
    }
}

fn main() {
    let list = vec![1];
    drop(list);
    println!("{:?} {:?} {:?}", parse(), theirs(1), theirs(0));
}
