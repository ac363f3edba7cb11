//! What was found once, and what is near to it.

use std::path::Path;

/// Mutants of each saved input.
const MUTANTS: usize = 2_000;

/// Calls the target with each saved input, and with its mutants. They are the same in each run.
fn check(target: &str, run: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = std::fs::read_dir(&corpus).expect("there is a corpus");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "{target} has a corpus");
    let inputs: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| std::fs::read(path).expect("it can be read"))
        .collect();
    let mut random = fastrand::Rng::with_seed(7);
    for (path, input) in paths.iter().zip(&inputs) {
        println!("{}", path.display());
        run(input);
        for _ in 0..MUTANTS {
            let mutant = mutant(input, &inputs, &mut random);
            println!("{}", mutant.escape_ascii());
            run(&mutant);
        }
    }
}

fn mutant(input: &[u8], inputs: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..5) {
        let at = random.usize(..=bytes.len());
        match random.u8(..6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            1 if at < bytes.len() => bytes[at] = random.u8(..),
            2 => bytes.insert(at, random.u8(..)),
            3 => bytes.truncate(at),
            4 => {
                let end = random.usize(at..=bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let other = &inputs[random.usize(..inputs.len())];
                let from = random.usize(..=other.len());
                bytes.splice(at.., other[from..].iter().copied());
            }
        }
    }
    bytes.truncate(10_000);
    bytes
}

#[test]
fn the_reader_of_frames_holds_on_the_corpus_and_its_mutants() {
    check("frames", super::frames);
}

#[test]
fn handshakes_hold_on_the_corpus_and_its_mutants() {
    check("handshake", super::handshake);
}

#[test]
fn inbound_messages_hold_on_the_corpus_and_its_mutants() {
    check("messages", super::messages);
}
