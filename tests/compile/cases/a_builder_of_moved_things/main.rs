use std::fmt::{self, Debug, Display};
use std::ops::{Add, Deref, Index};

use depot::old::{Old, OldBox, OldExt, OldPair, OldShow};

#[must_use]
#[derive(Clone, Debug)]
pub struct Builder<T = Old, const N: usize = 2>
where
    T: OldShow + Clone,
{
    parts: [Option<T>; N],
    old: Option<Old>,
    pair: OldPair,
}

impl<T: OldShow + Clone, const N: usize> Default for Builder<T, N> {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| None), old: None, pair: OldPair(0, 0) }
    }
}

impl<T, const N: usize> Builder<T, N>
where
    T: OldShow<Out = u32> + Clone + Debug,
{
    const TAG: u32 = <T as OldShow>::TAG + <Old as OldShow>::TAG;

    pub fn old(mut self, old: impl Into<Option<Old>>) -> Self {
        self.old = old.into();
        self
    }

    pub fn pair(self, OldPair(a, b): OldPair) -> Self {
        Self { pair: OldPair(b, a), ..self }
    }

    pub fn part(mut self, at: usize, part: T) -> Self {
        self.parts[at] = Some(part);
        self
    }

    pub fn build(self) -> Built<T::Out, impl Iterator<Item = String> + use<T, N>> {
        let tag = T::tag() + <T as OldShow>::tag() + Self::TAG;
        let names = self.parts.into_iter().flatten().map(|part| OldShow::show(&part));
        Built { holder: OldBox::new(tag), old: self.old.unwrap_or_default(), pair: self.pair, names }
    }
}

pub struct Built<O, I> {
    holder: OldBox<O>,
    old: Old,
    pair: OldPair,
    names: I,
}

impl<O, I> Deref for Built<O, I> {
    type Target = Old;

    fn deref(&self) -> &Old {
        &self.old
    }
}

impl<O, I> Index<usize> for Built<O, I> {
    type Output = u32;

    fn index(&self, at: usize) -> &u32 {
        let OldPair(a, b) = &self.pair;
        [a, b][at]
    }
}

impl<O: Display, I: Iterator<Item = String> + Clone> Display for Built<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OldBox { inner } = &self.holder;
        write!(f, "{inner} {} {}", self.old, self.names.clone().count())
    }
}

struct Sum(Old);

impl Add<Old> for Sum {
    type Output = Old;

    fn add(self, Old { value }: Old) -> Old {
        Old { value: self.0.value + value }
    }
}

impl PartialEq<Old> for Sum {
    fn eq(&self, other: &Old) -> bool {
        self.0 == *other
    }
}

fn boxed() -> Box<dyn for<'a> Fn(&'a Old) -> Box<dyn OldExt + 'a>> {
    Box::new(|old| Box::new(old.value) as Box<dyn OldExt>)
}

fn main() {
    let built = Builder::<Old>::default().old(Old::new(4)).part(1, Old::new(5)).pair(OldPair(1, 2)).build();
    println!("{} {} {}", built[0], built.value, built.holder.inner);
    println!("{:?}", built.names.collect::<Vec<_>>());
    println!("{} {}", Sum(Old::new(1)) + Old::new(2), Sum(Old::new(1)) == Old::new(1));
    println!("{} {}", boxed()(&Old::new(6)).doubled(), 4u32.doubled());
    println!("{:?}", [1, 2].map(Old::new).iter().map(OldShow::show).collect::<Vec<_>>());
    println!("{:?}", <u32 as OldShow>::tag());
}
