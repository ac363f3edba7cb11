use depot::old::{old_make, Old, OldPair, OldShow, OldState, OLD_MAX};

trait Managed<T = Old>: Sized
where
    T: OldShow,
{
    type Old: OldShow<Out = u32>;
    type Many<'a>: IntoIterator<Item = &'a Old>
    where
        Self: 'a;
    const OLD_MAX: u32 = OLD_MAX;

    fn old_make(&self, old: T) -> Self::Old;

    fn many(&self) -> Self::Many<'_>;

    fn given(self, OldPair(a, b): OldPair) -> u32
    where
        Self: Managed<Old>,
    {
        let _: Option<<Self as Managed<Old>>::Old> = None;
        a + b + <Self as Managed<Old>>::OLD_MAX + old_make(1).value
    }
}

struct Mine {
    all: Vec<Old>,
}

impl Managed for Mine {
    type Old = Old;
    type Many<'a> = &'a [Old];
    const OLD_MAX: u32 = OLD_MAX + 1;

    fn old_make(&self, old: Old) -> Self::Old {
        old_make(old.value + Self::OLD_MAX)
    }

    fn many(&self) -> &[Old] {
        &self.all
    }
}

impl OldShow for Mine {
    type Out = Old;
    const TAG: u32 = <Old as OldShow>::TAG * 2;

    fn show(&self) -> String {
        let state = |state: &OldState| -> bool { matches!(state, OldState::OldState) };
        format!("{} {}", state(&OldState::OldState), Self::TAG)
    }
}

struct Many<T, const N: usize>([T; N]);

impl<T: OldShow<Out = u32> + Into<Old>, const N: usize> OldShow for Many<T, N> {
    type Out = T::Out;

    fn show(&self) -> String {
        self.0.iter().map(<T as OldShow>::show).collect()
    }
}

macro_rules! implement {
    ($($name:ty => $out:ty),*) => {
        $(impl OldShow for $name {
            type Out = $out;
            fn show(&self) -> String { stringify!($name).len().to_string() }
        })*
    };
}
struct First;
struct Second<T>(T);
implement!(First => Old, Second<Old> => OldPair, Second<(u8, Box<str>)> => depot::old::OldUnit);

fn dispatch(show: &impl OldShow<Out: std::fmt::Debug>) -> String {
    show.show()
}

fn main() {
    let mine = Mine { all: vec![Old::new(2)] };
    println!("{} {}", mine.old_make(Old::new(1)), mine.many().len());
    println!("{} {}", dispatch(&mine), dispatch(&Many([Old::new(1), Old::new(2)])));
    println!("{} {} {}", First.show(), Second(Old::new(1)).show(), <First as OldShow>::tag());
    println!("{}", mine.given(OldPair(1, 2)));
}
