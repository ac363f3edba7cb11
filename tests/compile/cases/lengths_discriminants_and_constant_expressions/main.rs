use depot::old::{OldBox, KEEP, OLD_MAX};

const LENGTH: usize = OLD_MAX as usize;
static TABLE: [u8; OLD_MAX as usize] = [1; OLD_MAX as usize];

#[derive(Debug, Clone, Copy)]
#[repr(u32)]
#[allow(dead_code)]
enum Level {
    Low = 1,
    High = OLD_MAX * 2,
    Higher = { KEEP + OLD_MAX },
}

struct Buffer<const N: usize>([u8; N]);

impl Default for Buffer<{ OLD_MAX as usize }> {
    fn default() -> Self {
        Buffer([2; OLD_MAX as usize])
    }
}

trait Sized2 {
    const SIZE: usize = OLD_MAX as usize + 1;
    type Store<const N: usize>;
}

impl Sized2 for OldBox<[u8; OLD_MAX as usize]> {
    type Store<const N: usize> = Buffer<N>;
}

fn repeat<const N: u32>() -> u32 {
    N
}

fn main() {
    const { assert!(OLD_MAX == 7) };
    let buffer = Buffer::<{ OLD_MAX as usize }>::default();
    println!("{} {} {}", LENGTH, TABLE.len(), buffer.0.len());
    println!("{} {}", Level::High as u32, Level::Higher as u32);
    println!("{}", <OldBox<[u8; OLD_MAX as usize]> as Sized2>::SIZE);
    println!("{} {}", repeat::<OLD_MAX>(), repeat::<{ OLD_MAX + 1 }>());
    let _: Option<<OldBox<[u8; OLD_MAX as usize]> as Sized2>::Store<LENGTH>> = None;
    println!("{:?}", [OLD_MAX; 2]);
}
