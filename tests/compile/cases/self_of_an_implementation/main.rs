use depot::old::{OldBox, OldExt, OldShow};

struct Mine(u32);

impl OldShow for Mine {
    type Out = u8;
    const TAG: u32 = <u32 as OldShow>::TAG + 1;

    fn show(&self) -> String {
        let _: <Self as OldShow>::Out = 1;
        format!("mine {} {}", self.0, Self::TAG)
    }
}

impl OldExt for Mine {
    fn doubled(&self) -> u32 {
        OldExt::doubled(&self.0)
    }
}

impl From<Mine> for OldBox<u32> {
    fn from(mine: Mine) -> Self {
        OldBox { inner: mine.0 }
    }
}

trait Both: OldShow<Out = u8> + OldExt + Send + 'static {
    fn both(&self) -> String {
        format!("{} {}", OldShow::show(self), <Self as OldExt>::doubled(self))
    }
}

impl Both for Mine {}

fn boxed() -> Box<dyn OldExt> {
    Box::new(Mine(4))
}

fn any() -> impl OldExt + use<> {
    Mine(8)
}

fn bounded<T>(value: T) -> String
where
    for<'a> &'a T: Into<u32>,
    T: OldShow,
    <T as OldShow>::Out: Default + std::fmt::Debug,
{
    format!("{} {:?}", value.show(), T::Out::default())
}

impl From<&Mine> for u32 {
    fn from(mine: &Mine) -> u32 {
        mine.0
    }
}

fn main() {
    println!("{} {} {}", boxed().doubled(), any().doubled(), Mine(5).both());
    println!("{:?} {}", OldBox::from(Mine(2)), bounded(Mine(1)));
    let OldBox { inner } = OldBox { inner: 'c' };
    println!("{inner} {}", <Mine as OldShow>::tag());
}
