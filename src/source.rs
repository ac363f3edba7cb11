//! A file's bytes as text, and back: encodings, line endings, and the line and column of a byte.
//!
//! The text keeps every byte of a UTF-8 file, its byte-order mark included, so that an offset into
//! the text is an offset into the file. Other encodings are decoded only when encoding them again
//! gives the same bytes.

use std::borrow::Cow;
use std::hash::Hasher as _;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use encoding_rs::Encoding;
use rustc_hash::FxHasher;

/// A file that was read, as text that can be edited and turned into bytes again.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where the file lies, as it is shown to the user and opened.
    pub path: PathBuf,
    /// Shared: a run holds the same text in several places.
    text: Arc<String>,
    charset: Charset,
}

/// How the text of a [`Source`] is laid down in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    /// ISO 8859-1 proper: byte and code point are the same number.
    Latin1,
    Other(&'static Encoding),
}

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Undecodable {
    /// No encoding is declared and a byte at this offset is not UTF-8.
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        offset: usize,
    },
    /// A PEP 263 cookie names an encoding that is not known here.
    UnknownEncoding(String),
    /// A byte-order mark says UTF-8, and a PEP 263 cookie another encoding: Python refuses that.
    Contradictory(String),
    /// The declared encoding does not give the same bytes back.
    NotReversible(String),
}

impl std::fmt::Display for Undecodable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotUtf8 { .. } => write!(f, "not valid UTF-8, and no encoding is declared"),
            Self::UnknownEncoding(name) => write!(f, "unknown encoding `{name}`"),
            Self::Contradictory(name) => write!(
                f,
                "a byte-order mark says UTF-8 and a comment `{name}`, which Python refuses"
            ),
            Self::NotReversible(name) => {
                write!(
                    f,
                    "the bytes are not what the declared encoding `{name}` writes"
                )
            }
        }
    }
}

impl std::error::Error for Undecodable {}

/// A place in a text, counted from 1; the column is in characters, as editors count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Source {
    /// Takes UTF-8 text as it is.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: Arc::new(text.into()),
            charset: Charset::Utf8,
        }
    }

    /// Decodes `bytes`: UTF-8, or what a PEP 263 cookie in the first two lines declares.
    ///
    /// # Errors
    /// The bytes are not what the encoding says, or the encoding is not known.
    pub fn decode(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, Undecodable> {
        let path = path.into();
        let cookie = has_cookie(&path).then(|| cookie(&bytes)).flatten();
        let charset = match cookie {
            None => Charset::Utf8,
            Some(name) => match charset(&name) {
                None => return Err(Undecodable::UnknownEncoding(name)),
                Some(Charset::Utf8) => Charset::Utf8,
                Some(_) if bytes.starts_with(BOM) => return Err(Undecodable::Contradictory(name)),
                Some(other) => other,
            },
        };
        let text = match charset {
            Charset::Utf8 => String::from_utf8(bytes).map_err(|e| Undecodable::NotUtf8 {
                offset: e.utf8_error().valid_up_to(),
            })?,
            Charset::Latin1 => bytes.iter().map(|&b| char::from(b)).collect(),
            Charset::Other(encoding) => {
                let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
                let text = decoded
                    .ok_or_else(|| Undecodable::NotReversible(encoding.name().to_owned()))?
                    .into_owned();
                if encode(charset, &text).as_deref() != Some(&bytes[..]) {
                    return Err(Undecodable::NotReversible(encoding.name().to_owned()));
                }
                text
            }
        };
        Ok(Self {
            path,
            text: Arc::new(text),
            charset,
        })
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Self {
        Self {
            path: self.path.clone(),
            text: Arc::new(text),
            charset: self.charset,
        }
    }

    /// The text, with its byte-order mark if the file has one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file's encoding can express `text`.
    pub fn can_encode(&self, text: &str) -> bool {
        self.charset == Charset::Utf8 || self.encode(text).is_some()
    }

    /// `text` as the bytes of this file; `None` where its encoding cannot express a character.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        encode(self.charset, text)
    }

    /// The line and column of a byte offset into the text.
    pub fn position(&self, offset: usize) -> Position {
        position(&self.text, offset)
    }

    /// The text between two offsets.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        &self.text[range.clone()]
    }
}

/// A file that was read, whose text is kept, or read again when somebody asks for it.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Where the file lies, as [`Source::path`].
    pub path: PathBuf,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Kept(Source),
    /// What the text was, to know it again.
    Released(u64),
}

impl From<Source> for SourceFile {
    fn from(source: Source) -> Self {
        Self {
            path: source.path.clone(),
            state: State::Kept(source),
        }
    }
}

impl SourceFile {
    /// Lets the text go, if that is more than `budget` can bear.
    pub fn keep_within(&mut self, budget: &Budget) {
        if let State::Kept(source) = &self.state
            && !budget.take(source.text.len())
        {
            self.release();
        }
    }

    /// Lets the text go.
    pub fn release(&mut self) {
        if let State::Kept(source) = &self.state {
            self.state = State::Released(digest(source));
        }
    }

    /// The file as it was read.
    ///
    /// # Errors
    /// The text was let go, and the file cannot be read again, or changed since.
    pub fn open(&self) -> io::Result<Cow<'_, Source>> {
        let known = match &self.state {
            State::Kept(source) => return Ok(Cow::Borrowed(source)),
            State::Released(known) => *known,
        };
        let fails = |why: String| io::Error::other(format!("{}: {why}", self.path.display()));
        let bytes = std::fs::read(&self.path).map_err(|error| fails(error.to_string()))?;
        let source = Source::decode(&self.path, bytes).ok();
        match source.filter(|source| digest(source) == known) {
            Some(source) => Ok(Cow::Owned(source)),
            None => Err(fails("it changed while it was looked at".to_owned())),
        }
    }
}

/// A number that tells a text from an edited one.
fn digest(source: &Source) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(source.text.as_bytes());
    hasher.finish()
}

/// How many bytes more may be kept, counted by all threads.
#[derive(Debug)]
pub struct Budget(AtomicUsize);

impl Budget {
    /// So many bytes.
    pub fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    /// Takes `bytes`, if there are as many left.
    pub fn take(&self, bytes: usize) -> bool {
        let less = |left: usize| left.checked_sub(bytes);
        let order = Ordering::Relaxed;
        self.0.fetch_update(order, order, less).is_ok()
    }
}

/// The line and column of a byte offset into `text`. A line ends at `\n`, `\r\n` or a lone `\r`.
pub fn position(text: &str, offset: usize) -> Position {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let bytes = before.as_bytes();
    let mut line = 1;
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b'\n' => true,
            b'\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            line += 1;
            start = at + 1;
        }
    }
    let shown = before[start..].trim_start_matches('\u{feff}');
    Position {
        line,
        column: shown.chars().count() + 1,
    }
}

/// The byte offset of a line and column of `text`, as [`position`] counts them; `None` where the line
/// is not so long.
pub fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        let end = start + text[start..].find(['\n', '\r'])?;
        start = end
            + if text[end..].starts_with("\r\n") {
                2
            } else {
                1
            };
    }
    let rest = &text[start..];
    let shown = rest.trim_start_matches('\u{feff}');
    let start = start + rest.len() - shown.len();
    let mut places = shown.char_indices().map(|(at, _)| at).chain([shown.len()]);
    places.nth(column.checked_sub(1)?).map(|at| start + at)
}

fn encode(charset: Charset, text: &str) -> Option<Vec<u8>> {
    match charset {
        Charset::Utf8 => Some(text.as_bytes().to_vec()),
        Charset::Latin1 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect(),
        Charset::Other(encoding) => {
            let (bytes, used, unmappable) = encoding.encode(text);
            (!unmappable && used == encoding).then(|| bytes.into_owned())
        }
    }
}

/// Only Python reads a PEP 263 cookie; Markdown about Python must not.
fn has_cookie(path: &Path) -> bool {
    match path.extension().and_then(|e| e.to_str()) {
        None => true,
        Some(extension) => matches!(extension, "py" | "pyi" | "pyw"),
    }
}

/// The encoding that a PEP 263 cookie names: `coding[:=]\s*([-\w.]+)` in a comment of line 1 or 2.
fn cookie(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(BOM).unwrap_or(bytes);
    for line in rest.split(|&b| b == b'\n' || b == b'\r').take(3) {
        let trimmed = line.trim_ascii_start();
        if trimmed.is_empty() {
            continue; // also the empty piece between `\r` and `\n`
        }
        if trimmed[0] != b'#' {
            return None;
        }
        let Some(at) = memchr::memmem::find(trimmed, b"coding") else {
            continue;
        };
        let after = &trimmed[at + b"coding".len()..];
        let Some((b':' | b'=', after)) = after.split_first() else {
            continue;
        };
        let name: Vec<u8> = after
            .trim_ascii_start()
            .iter()
            .copied()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return String::from_utf8(name).ok();
        }
    }
    None
}

/// Python's names for encodings, folded as `codecs.lookup` folds them.
fn charset(name: &str) -> Option<Charset> {
    let folded = name.to_ascii_lowercase().replace('_', "-");
    if folded == "utf-8" || folded.starts_with("utf-8-") || folded == "utf8" || folded == "u8" {
        return Some(Charset::Utf8);
    }
    match folded.as_str() {
        "ascii" | "us-ascii" | "646" => Some(Charset::Utf8), // Python refuses non-ASCII there anyway
        "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" => {
            Some(Charset::Latin1)
        }
        "cp949" | "949" | "uhc" => Some(Charset::Other(encoding_rs::EUC_KR)),
        "cp932" | "932" | "ms932" => Some(Charset::Other(encoding_rs::SHIFT_JIS)),
        "cp936" | "936" => Some(Charset::Other(encoding_rs::GBK)),
        "cp1252" | "1252" => Some(Charset::Other(encoding_rs::WINDOWS_1252)),
        "latin2" | "latin-2" | "l2" => Some(Charset::Other(encoding_rs::ISO_8859_2)),
        "latin9" | "latin-9" | "l9" => Some(Charset::Other(encoding_rs::ISO_8859_15)),
        other => {
            let label = match other.strip_prefix("cp125") {
                Some(page) => format!("windows-125{page}"),
                None => other.to_owned(),
            };
            Encoding::for_label(label.as_bytes())
                .filter(|e| e.is_ascii_compatible() && *e != encoding_rs::WINDOWS_1252)
                .map(Charset::Other)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trips(bytes: &[u8]) -> Source {
        let source = Source::decode("a.py", bytes.to_vec()).expect("decodes");
        assert_eq!(source.encode(source.text()).as_deref(), Some(bytes));
        source
    }

    #[test]
    fn a_cookie_is_obeyed_and_reversed() {
        let source = round_trips(b"# -*- coding: latin-1 -*-\nx = '\xe9\x80'\n");
        assert!(source.text().contains('é'));
        round_trips(b"#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\nx = '\xc1'\n");
        round_trips(b"\xef\xbb\xbf# coding: utf-8\r\nx = 1\r\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(matches!(
            Source::decode("a.py", b"x = '\xe9'\n".to_vec()),
            Err(Undecodable::NotUtf8 { offset: 5 })
        ));
        assert!(matches!(
            Source::decode("a.py", b"# coding: klingon\n".to_vec()),
            Err(Undecodable::UnknownEncoding(_))
        ));
        assert!(matches!(
            Source::decode("a.py", b"\xef\xbb\xbf# coding: latin-1\n".to_vec()),
            Err(Undecodable::Contradictory(_))
        ));
    }

    #[test]
    fn a_text_that_was_let_go_is_read_again_unless_it_changed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.py");
        let bytes = b"# coding: latin-1\nx = '\xe9'\n";
        std::fs::write(&path, bytes).expect("a file");
        let source = Source::decode(&path, bytes.to_vec()).expect("decodes");
        let budget = Budget::new(source.text().len());
        for _ in 0..2 {
            let mut file = SourceFile::from(source.clone());
            file.keep_within(&budget);
            let again = file.open().expect("it is there");
            assert_eq!(again.encode(again.text()).as_deref(), Some(&bytes[..]));
        }
        let mut file = SourceFile::from(source);
        file.keep_within(&budget);
        std::fs::write(&path, b"x = 2\n").expect("a file");
        assert!(file.open().is_err());
    }

    #[test]
    fn a_position_counts_characters_and_every_line_end() {
        let text = "\u{feff}é = 1\r\nb\rc\n";
        assert_eq!(position(text, 3), Position { line: 1, column: 1 });
        assert_eq!(position(text, 5), Position { line: 1, column: 2 });
        assert_eq!(
            position(text, text.find('b').expect("b")),
            Position { line: 2, column: 1 }
        );
        assert_eq!(
            position(text, text.find('c').expect("c")),
            Position { line: 3, column: 1 }
        );
    }
}
