use depot::old::{Old, OldBits, OldBox, OldPair, OldState, OldUnit};

const FIRST: Old = Old { value: 1 };
static SECOND: OldPair = OldPair { 0: 2, 1: FIRST.value };

fn main() {
    let value = 3;
    let all = [Old { value }, Old { ..FIRST }, Old { value: { value + 1 } }];
    let OldPair { 0: first, .. } = SECOND;
    let boxed = OldBox::<OldBox<Old>> { inner: OldBox { inner: Old { value: first } } };
    let OldBox { inner: OldBox { inner: Old { value: ref inner } } } = boxed;
    let done = OldState::Done { code: *inner };
    let (OldUnit, OldUnit {}) = (OldUnit, OldUnit {}) else { unreachable!() };
    let bits = OldBits { word: 0x10003 };
    let half = unsafe {
        match bits {
            OldBits { half: 3 } => OldBits { half: 4 }.half,
            OldBits { word: _ } => 0,
        }
    };
    println!("{all:?} {boxed:?} {done:?} {half}");
    if let OldState::Done { code } | OldState::Busy(code) = done {
        println!("{code}");
    }
    println!("{}", if (Old { value: 1 }) == FIRST { "same" } else { "other" });
    for Old { value } in [Old { value: 5 }] {
        println!("{value}");
    }
    let make: fn(u32, u32) -> OldPair = OldPair;
    let busy: Vec<OldState> = [1, 2].into_iter().map(OldState::Busy).collect();
    println!("{:?} {busy:?} {}", make(1, 2), std::any::type_name::<OldBox<()>>().len() > 3);
    println!("{:?}", OldBox::<_>::new(1u8).cast::<u32>().inner);
}
