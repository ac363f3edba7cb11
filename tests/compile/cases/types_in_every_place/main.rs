use depot::old::{old_make, Old, OldBox, OldExt, OldPair, OldShow, OldUnit};
use std::collections::BTreeMap;

static PAIR: &OldPair = &OldPair(1, 2);
const ALL: [OldUnit; 2] = [OldUnit; 2];
type Callback<'a, T = Old> = Box<dyn Fn(T) -> Option<Old> + Send + 'a>;

struct All<'a, T>
where
    T: 'a + OldExt + ?Sized,
    Old: Sized,
{
    pointer: *const Old,
    function: fn(u32) -> Old,
    tuple: (Old, OldUnit, [Old; { OldPair(1, 2).0 as usize }]),
    slice: &'a [OldBox<OldBox<Old>>],
    dynamic: &'a T,
    map: BTreeMap<Old, Vec<&'a OldPair>>,
}

impl<'a, T: OldExt + ?Sized> Drop for All<'a, T> {
    fn drop(&mut self) {
        println!("{} {}", self.pointer.is_null(), self.dynamic.doubled());
    }
}

extern "C" fn external(old: &Old, _: Option<&mut OldUnit>) -> u32 {
    old.value
}

fn main() {
    let callback: Callback<'_> = Box::new(|old: Old| -> Option<Old> { Some(Old { value: old.value + 1, ..old }) });
    let all: All<'_, dyn OldExt> = All {
        pointer: &raw const *Box::leak(Box::new(Old::default())),
        function: old_make as fn(u32) -> Old,
        tuple: (Old { ..Default::default() }, OldUnit, [<Old>::new(4)]),
        slice: &[OldBox { inner: OldBox::<Old> { inner: Old::new(5) } }],
        dynamic: &6u32,
        map: [(Old::new(1), vec![PAIR])].into_iter().collect::<BTreeMap<Old, _>>(),
    };
    println!("{:?} {:?} {}", all.tuple, all.slice[0].inner.inner, (all.function)(1));
    println!("{:?} {:?}", callback(Old::new(1)), all.map);
    println!("{} {:?}", external(&Old::new(2), None), ALL);
    println!("{}", <Old as OldShow>::show(&Old::new(<Old>::LIMIT)));
    println!("{:?}", [1, 2].map(Old::new).iter().map(Old::to_string).collect::<Vec<String>>());
    println!("{}", std::any::type_name::<Old>().len() > 2 && std::mem::size_of::<Old>() == 4);
    unsafe { println!("{}", (*all.pointer).value) };
    let _: fn(u32, u32) -> OldPair = OldPair;
    if let (Old { value: 1, .. }, OldUnit) | (Old { value: 0 }, OldUnit) = (Old::default(), OldUnit) {
        println!("matched");
    }
}
