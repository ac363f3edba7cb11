//! How long syn takes to parse files, and nothing else: what `benches/rust.py` measures against.
//!
//!     cargo bench --bench syn -- FILE...
//!
//! Prints the bytes that parsed and the seconds of one thread that this took, reading not included.

use std::time::Instant;

fn main() {
    let texts: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let begun = Instant::now();
    let mut bytes = 0;
    for text in &texts {
        let parsed = stacker::grow(1 << 30, || {
            syn::parse_file(text).map(|file| file.items.len())
        });
        if parsed.is_ok() {
            bytes += text.len();
        }
        // As a tool does that reads many files: spans of old ones are never asked for.
        proc_macro2::extra::invalidate_current_thread_spans();
    }
    println!("{bytes} {:.6}", begun.elapsed().as_secs_f64());
}
