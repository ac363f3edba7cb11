use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;

use depot::old::{Old, OldBox, OldPair, OldResult, OldShow, OldState, OldUnit};

type Nested<T = OldBox<Old>> = BTreeMap<u32, Vec<OldBox<Option<T>>>>;
type Callback<'a> = dyn FnMut(&mut Old, OldPair) -> OldResult<()> + 'a;

trait Stream {
    type Item<'a>: Into<Cow<'a, str>> + Debug
    where
        Self: 'a;
    type Error: From<OldUnit>;

    fn next(&mut self) -> Option<Result<Self::Item<'_>, Self::Error>>;
    fn all(self) -> impl Iterator<Item = OldPair> + Debug;
    async fn later(&self) -> OldBox<impl Debug + use<Self>>
    where
        Self: Sized;
}

#[derive(Debug)]
struct Wrong(OldUnit);

impl From<OldUnit> for Wrong {
    fn from(unit: OldUnit) -> Self {
        Self(unit)
    }
}

#[derive(Debug)]
struct Words<const N: usize, T: ?Sized = Old>([&'static str; N], Box<T>);

impl<const N: usize> Stream for Words<N, [Old]> {
    type Item<'a> = &'a str;
    type Error = Wrong;

    fn next(&mut self) -> Option<Result<&str, Wrong>> {
        match &*self.1 {
            [] => None,
            [Old { value: 0 }, ..] => Some(Err(OldUnit.into())),
            [.., Old { value }] => self.0.get(*value as usize).copied().map(Ok),
        }
    }

    fn all(self) -> impl Iterator<Item = OldPair> + Debug {
        self.1.into_vec().into_iter().map(|Old { value }| OldPair(value, N as u32)).collect::<Vec<_>>().into_iter()
    }

    async fn later(&self) -> OldBox<impl Debug + use<N>> {
        OldBox { inner: OldState::Busy(N as u32) }
    }
}

fn call(callback: &mut Callback<'_>) -> OldResult<Old> {
    let mut old = Old::new(1);
    callback(&mut old, OldPair(2, 3)).map(|()| old)
}

fn shown<T>(all: &[T]) -> Vec<<T as OldShow>::Out>
where
    T: OldShow<Out: Default + Clone> + ?Sized + Sized,
    [T]: Debug,
{
    vec![T::Out::default(); all.len() + <T as OldShow>::TAG as usize]
}

fn higher<F>(f: F) -> u32
where
    F: for<'a> Fn(&'a OldPair) -> &'a u32,
    for<'a> &'a F: Sized,
{
    *f(&OldPair(4, 5))
}

fn main() {
    let mut words = Words(["a", "b"], vec![Old::new(3), Old::new(1)].into_boxed_slice());
    println!("{:?}", words.next());
    let mut none = Words::<0, [Old]>([], Box::new([Old::default()]));
    println!("{:?} {:?}", none.next(), words.all());
    let nested: Nested = Nested::from([(1, vec![OldBox { inner: Some(OldBox::new(Old::new(1))) }])]);
    let other: Nested<OldUnit> = Nested::default();
    println!("{nested:?} {}", other.len());
    println!("{:?}", call(&mut |old, OldPair(a, b)| { old.value += a + b; Ok(()) }));
    println!("{:?} {}", shown(&[Old::new(1)]), higher(|OldPair(a, _)| a));
    let _ = async |words: Words<1, [Old]>| { let _ = words.later().await; };
    println!("{}", std::mem::size_of::<Words<1, OldUnit>>() > 0);
}
