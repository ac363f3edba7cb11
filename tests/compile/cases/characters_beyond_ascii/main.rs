// ünïcödé 🦀 comment
use depot::old::{/* 🦀🦀 */ Old, /* ä */ OldPair as Größe};

fn main() {
    let größe = "🦀 ä"; let b = Old::new(1); println!("{größe} {b} «{:?}»", Größe(1, 2)); /* ß */ println!("{}", depot::old::old_make(2));
    let c = '🦀'; let d = depot::old::OldUnit; println!("{c}{d:?} {}", "é́" .len() + { use depot::old::OLD_MAX as ÖL; ÖL as usize });
}