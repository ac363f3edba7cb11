//! Text → its top-level statements, without a parse, so that the parser sees only those that matter.
//!
//! One pass over the bytes. Each chunk is one statement of the module with all that belongs to it
//! (decorators, blocks, `else`), and the blank lines and comments before it; together they are all
//! of the text. What is odd (a form feed, a bracket or a string without an end) gives no chunks at
//! all: then the whole text is parsed.

use super::syntax::{Quote, Suspended, Syntax, Word};

/// A top-level statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lang::python) struct Chunk {
    pub(in crate::lang::python) start: usize,
    pub(in crate::lang::python) end: usize,
    /// It is known to parse without an error.
    pub(in crate::lang::python) is_valid: bool,
}

/// The top-level statements of `text`; `None` where only a parser can tell.
pub(in crate::lang::python) fn chunks(text: &str) -> Option<Vec<Chunk>> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: text.len() - text.trim_start_matches('\u{feff}').len(),
        syntax: Syntax::new(),
    };
    match scanner.at {
        0 | 3 => scanner.all(),
        _ => None, // only the first one is a mark
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    syntax: Syntax,
}

/// Bytes of names, ASCII only.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

impl Scanner<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn all(&mut self) -> Option<Vec<Chunk>> {
        let mut chunks = Vec::new();
        let (mut start, mut end) = (0, 0);
        let mut is_open = false;
        let mut decorated = false;
        while self.at < self.bytes.len() {
            let line = self.at;
            while self.byte(self.at) == b' ' {
                self.at += 1;
            }
            let column = self.at - line;
            let mut has_tabs = false;
            while matches!(self.byte(self.at), b' ' | b'\t') {
                has_tabs = true;
                self.at += 1;
            }
            if self.at == self.bytes.len() {
                break;
            }
            match self.bytes[self.at] {
                b'\n' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'#' => {
                    self.comment();
                    continue;
                }
                b'\\' | b'\x0c' => return None,
                _ => {}
            }
            if self.at == line {
                let continues = decorated || self.continues();
                if is_open && !continues {
                    chunks.push(Chunk {
                        start,
                        end,
                        is_valid: self.syntax.is_whole(),
                    });
                    start = end;
                    self.syntax.reset();
                }
                decorated = self.bytes[self.at] == b'@';
            }
            is_open = true;
            self.syntax.line(column);
            if has_tabs {
                self.syntax.doubt(); // how far a tab goes is for the parser to say
            }
            self.logical_line()?;
            end = self.at;
        }
        chunks.push(Chunk {
            start,
            end: self.bytes.len(),
            is_valid: !is_open || self.syntax.is_whole(),
        });
        Some(chunks)
    }

    /// Whether the line goes on with the statement before it: `else`, `except`.
    fn continues(&self) -> bool {
        let mut end = self.at;
        while NAME[self.byte(end) as usize] {
            end += 1;
        }
        matches!(
            &self.bytes[self.at..end],
            b"else" | b"elif" | b"except" | b"finally"
        )
    }

    /// Up to the end of the line.
    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    /// From a statement's first byte up to the line behind it.
    fn logical_line(&mut self) -> Option<()> {
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            let next = self.byte(self.at + 1);
            match byte {
                b' ' | b'\t' | b'\x0c' => self.at += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word()?,
                b'\n' | b'\r' => {
                    self.at += 1;
                    if byte == b'\r' && next == b'\n' {
                        self.at += 1;
                    }
                    if !self.syntax.is_nested() {
                        self.syntax.newline();
                        return Some(());
                    }
                    if self.syntax.in_short_text() {
                        return None;
                    }
                }
                b'#' if self.syntax.in_text() => return None,
                b'#' => self.comment(),
                b'\'' | b'"' => self.string(b"")?,
                b'0'..=b'9' => self.number(),
                b'(' | b'[' | b'{' => {
                    self.syntax.open(byte)?;
                    self.at += 1;
                }
                b'}' if self.syntax.in_field() => {
                    self.at += 1;
                    let (quote, before) = self.syntax.close_field()?;
                    self.text(quote, before)?;
                }
                b')' | b']' | b'}' => {
                    self.syntax.close(byte)?;
                    self.at += 1;
                }
                b':' if self.syntax.in_field() => self.format()?,
                b'!' if self.syntax.in_field() && next != b'=' => {
                    let known = matches!(next, b'r' | b's' | b'a');
                    if !known || !matches!(self.byte(self.at + 2), b'}' | b':') {
                        return None;
                    }
                    self.at += 2;
                }
                b'\\' => self.continuation()?,
                _ => self.operator(byte, next),
            }
        }
        if self.syntax.is_nested() {
            return None;
        }
        self.syntax.newline();
        Some(())
    }

    /// A backslash before the end of a line.
    fn continuation(&mut self) -> Option<()> {
        self.at += match (self.byte(self.at + 1), self.byte(self.at + 2)) {
            (b'\r', b'\n') => 3,
            (b'\n' | b'\r', _) => 2,
            _ => return None,
        };
        (self.at < self.bytes.len() && !self.syntax.in_text()).then_some(())
    }

    fn operator(&mut self, byte: u8, next: u8) {
        let third = self.byte(self.at + 2);
        let syntax = &mut self.syntax;
        self.at += match (byte, next, third) {
            (b'.', b'.', b'.') => {
                syntax.operand(false);
                3
            }
            (b'.', b'0'..=b'9', _) => return self.number(),
            (b'.', ..) => {
                syntax.dot();
                1
            }
            (b',', ..) => {
                syntax.comma();
                1
            }
            (b':', b'=', _) => {
                syntax.doubt();
                2
            }
            (b':', ..) => {
                syntax.colon();
                1
            }
            (b';', ..) => {
                syntax.semicolon();
                1
            }
            (b'=', b'=', _) | (b'!', b'=', _) | (b'<' | b'>', b'=', _) => {
                syntax.comparison();
                2
            }
            (b'=', ..) => {
                syntax.equals();
                1
            }
            (b'-', b'>', _) => {
                syntax.arrow();
                2
            }
            (b'*', b'*', b'=') | (b'/', b'/', b'=') | (b'<', b'<', b'=') | (b'>', b'>', b'=') => {
                syntax.augmented();
                3
            }
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', b'=', _) => {
                syntax.augmented();
                2
            }
            (b'*', b'*', _) => {
                syntax.power();
                2
            }
            (b'/', b'/', _) | (b'<', b'<', _) | (b'>', b'>', _) => {
                syntax.binary();
                2
            }
            (b'*', ..) => {
                syntax.star();
                1
            }
            (b'+' | b'-', ..) => {
                syntax.sign();
                1
            }
            (b'/' | b'%' | b'&' | b'|' | b'^', ..) => {
                syntax.binary();
                1
            }
            (b'@', ..) => {
                syntax.at();
                1
            }
            (b'<', b'>', _) => {
                syntax.doubt();
                2
            }
            (b'<' | b'>', ..) => {
                syntax.comparison();
                1
            }
            (b'~', ..) => {
                syntax.invert();
                1
            }
            // Names that are not ASCII stand for others at times: `ﬁ` is `fi`.
            _ => {
                syntax.doubt();
                1
            }
        };
    }

    fn word(&mut self) -> Option<()> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|&byte| !NAME[byte as usize]);
        let word = &rest[..length.unwrap_or(rest.len())];
        self.at += word.len();
        if word.len() <= 2 && matches!(self.byte(self.at), b'\'' | b'"') {
            let mut prefix = [0; 2];
            prefix[..word.len()].copy_from_slice(word);
            prefix.make_ascii_lowercase();
            let prefix = &prefix[..word.len()];
            if matches!(prefix, b"t" | b"tr" | b"rt") {
                self.syntax.doubt();
            }
            if matches!(
                prefix,
                b"r" | b"b" | b"u" | b"f" | b"br" | b"rb" | b"fr" | b"rf" | b"t" | b"tr" | b"rt"
            ) {
                return self.string(prefix);
            }
        }
        self.syntax.word(Word::of(word));
        Some(())
    }

    /// A string, from its first quote on.
    fn string(&mut self, prefix: &[u8]) -> Option<()> {
        let mark = self.bytes[self.at];
        let triple = self.byte(self.at + 1) == mark && self.byte(self.at + 2) == mark;
        let quote = Quote {
            mark,
            triple,
            raw: prefix.contains(&b'r'),
        };
        self.at += if triple { 3 } else { 1 };
        if prefix.contains(&b'f') || prefix.contains(&b't') {
            let before = self.syntax.suspend();
            return self.text(quote, before);
        }
        let is_bytes = prefix.contains(&b'b');
        let start = self.at;
        loop {
            if triple {
                // Docstrings are long.
                let rest = self.bytes.get(self.at..)?;
                self.at += memchr::memchr2(mark, b'\\', rest)?;
            }
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            if byte == mark {
                if !triple {
                    break;
                }
                if self.byte(self.at) == mark && self.byte(self.at + 1) == mark {
                    self.at += 2;
                    break;
                }
            } else if byte == b'\\' {
                self.escape(quote, is_bytes);
            } else if matches!(byte, b'\n' | b'\r') && !triple {
                return None;
            }
        }
        if is_bytes && !self.bytes[start..self.at].is_ascii() {
            self.syntax.doubt();
        }
        self.syntax.string(is_bytes);
        Some(())
    }

    /// What follows a backslash in a string.
    fn escape(&mut self, quote: Quote, is_bytes: bool) {
        let byte = self.byte(self.at);
        let needs_more = byte == b'x' || !is_bytes && matches!(byte, b'u' | b'U' | b'N');
        if needs_more && !quote.raw {
            self.syntax.doubt(); // `\xg` is an error
        }
        self.at += match (byte, self.byte(self.at + 1)) {
            (b'\r', b'\n') => 2,
            _ => 1,
        };
    }

    /// The text of an f-string, up to its end or to a field.
    fn text(&mut self, quote: Quote, before: Suspended) -> Option<()> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let next = self.byte(self.at + 1);
            self.at += 1;
            match byte {
                b'{' if next == b'{' => self.at += 1,
                b'{' => return self.syntax.open_field(quote, before),
                b'}' if next == b'}' => self.at += 1,
                b'}' => return None,
                b'\\' if matches!(next, b'{' | b'}' | b'N') => return None,
                b'\\' => self.escape(quote, false),
                b'\n' | b'\r' if !quote.triple => return None,
                _ if byte != quote.mark => {}
                _ if !quote.triple => break,
                _ if next == byte && self.byte(self.at + 1) == byte => {
                    self.at += 2;
                    break;
                }
                _ => {}
            }
        }
        self.syntax.resume(before);
        self.syntax.string(false);
        Some(())
    }

    /// The format of a field, without fields of its own.
    fn format(&mut self) -> Option<()> {
        loop {
            self.at += 1;
            match self.bytes.get(self.at)? {
                b'}' => return Some(()),
                b'{' | b'\'' | b'"' | b'\\' | b'\n' | b'\r' => return None,
                _ => {}
            }
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let digits = |scanner: &mut Self| {
            let start = scanner.at;
            while scanner.byte(scanner.at).is_ascii_digit() {
                scanner.at += 1;
            }
            scanner.at - start
        };
        let is_hex = self.byte(start) == b'0' && matches!(self.byte(start + 1), b'x' | b'X');
        let mut is_known = true;
        if is_hex {
            self.at += 2;
            while self.byte(self.at).is_ascii_hexdigit() {
                self.at += 1;
            }
            is_known = self.at > start + 2;
        } else {
            let whole = digits(self);
            let mut is_float = false;
            if self.byte(self.at) == b'.' {
                self.at += 1;
                is_float = true;
                digits(self);
            }
            if matches!(self.byte(self.at), b'e' | b'E') {
                is_float = true;
                self.at += 1;
                if matches!(self.byte(self.at), b'+' | b'-') {
                    self.at += 1;
                }
                is_known = digits(self) > 0;
            }
            // `0777`
            is_known &= is_float || whole == 1 || self.byte(start) != b'0';
        }
        self.syntax.operand(false);
        // `1_000`, `1j`, and `1if x`
        if !is_known || NAME[self.byte(self.at) as usize] {
            self.syntax.doubt();
        }
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::ParseOptions;

    use super::*;

    /// What a parser says of what is taken for valid.
    fn overlooked(text: &str) -> Option<String> {
        let chunks = chunks(text)?;
        let options = ParseOptions::from(ruff_python_ast::PySourceType::Python);
        chunks
            .iter()
            .filter(|chunk| chunk.is_valid)
            .find_map(|chunk| {
                let size = |at: usize| ruff_text_size::TextSize::try_from(at).expect("short");
                let range = ruff_text_size::TextRange::new(size(chunk.start), size(chunk.end));
                let parsed = ruff_python_parser::parse_cells_unchecked(text, [range], &options);
                let error = parsed.errors().first()?;
                Some(format!("{error}: {:?}", &text[chunk.start..chunk.end]))
            })
    }

    #[test]
    fn adhoc() {
        let Ok(dir) = std::env::var("ADHOC") else {
            return;
        };
        let (mut files, mut none, mut all, mut valid, mut bad) = (0, 0, 0, 0, 0);
        let mut seed: u64 = 88172645463325252;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mutants: usize = std::env::var("MUTANTS").map_or(0, |n| n.parse().unwrap());
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.path().extension().is_none_or(|e| e != "py") {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(entry.path()) else {
                continue;
            };
            files += 1;
            match chunks(&text) {
                None => none += text.len(),
                Some(chunks) => {
                    for chunk in chunks {
                        all += chunk.end - chunk.start;
                        if chunk.is_valid {
                            valid += chunk.end - chunk.start
                        } else if std::env::var("SHOW").is_ok() && random() % 50 == 0 {
                            eprintln!(
                                "UNSURE {}",
                                &text[chunk.start..chunk.end]
                                    .trim()
                                    .chars()
                                    .take(1500)
                                    .collect::<String>()
                            );
                        }
                    }
                }
            }
            if let Some(error) = overlooked(&text) {
                bad += 1;
                eprintln!("{}: {error}", entry.path().display());
            }
            let whole = ruff_python_parser::parse_unchecked_source(
                &text,
                ruff_python_ast::PySourceType::Python,
            );
            let tokens: Vec<_> = whole
                .tokens()
                .iter()
                .map(|t| ruff_text_size::Ranged::range(t))
                .filter(|r| !r.is_empty())
                .collect();
            if tokens.len() < 10 {
                continue;
            }
            for _ in 0..mutants {
                // a window of lines, with one token gone, doubled, swapped or replaced
                let at = (random() as usize) % tokens.len();
                let other = (random() as usize) % tokens.len();
                let (from, to) = (at.saturating_sub(150), (at + 150).min(tokens.len() - 1));
                let mut start = usize::from(tokens[from].start());
                while start > 0
                    && !(text.as_bytes()[start - 1] == b'\n'
                        && (text.as_bytes()[start].is_ascii_alphabetic()
                            || text.as_bytes()[start] == b'@'))
                {
                    start -= 1;
                }
                let end = usize::from(tokens[to].end());
                let token = tokens[at];
                let (a, b) = (usize::from(token.start()), usize::from(token.end()));
                let replacement = match random() % 5 {
                    0 => String::new(),
                    1 => format!("{0} {0}", &text[token]),
                    2 => text[tokens[other]].to_owned(),
                    3 => format!("{} {}", &text[token], &text[tokens[other]]),
                    _ => format!("{} {}", &text[tokens[other]], &text[token]),
                };
                let mutant = format!("{}{replacement}{}", &text[start..a], &text[b..end]);
                if let Some(error) = overlooked(&mutant) {
                    bad += 1;
                    if bad < 40 {
                        eprintln!(
                            "MUTANT {:?}→{replacement:?} {}",
                            &text[token],
                            error.chars().take(900).collect::<String>()
                        );
                    }
                }
            }
        }
        eprintln!("files {files} none {none} all {all} valid {valid} bad {bad}");
    }
}
