//! The tokens of a text, byte by byte and without a tree: what a first look at it needs.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

/// A token, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lang::rust) enum Piece {
    /// A word, `r#` included.
    Word(Range<usize>),
    /// A string.
    Text(Range<usize>),
    /// A doc comment.
    Doc(Range<usize>),
    /// Another literal.
    Value,
    Lifetime,
    /// A sign, and whether it stands directly behind what is before it.
    Sign(u8, bool),
    Open(u8, usize),
    Close(usize),
    End,
    /// No token begins here.
    Broken,
}

/// Rust's tokens, without a check of what has no influence on where they end.
pub(in crate::lang::rust) struct Lexer<'s> {
    pub(in crate::lang::rust) text: &'s str,
    /// Where it goes on.
    pub(in crate::lang::rust) at: usize,
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(in crate::lang::rust) fn next(&mut self) -> Piece {
        loop {
            let start = self.at;
            if start >= self.text.len() {
                return Piece::End;
            }
            match self.byte(0) {
                b' ' | b'\t'..=b'\r' => self.at += 1,
                b'/' if self.byte(1) == b'/' => {
                    let rest = &self.text.as_bytes()[start..];
                    self.at += memchr(b'\n', rest).unwrap_or(rest.len());
                    let is_doc = match self.byte_of(start, 2) {
                        b'!' => true,
                        b'/' => self.byte_of(start, 3) != b'/',
                        _ => false,
                    };
                    if is_doc {
                        return Piece::Doc(start..self.at);
                    }
                }
                b'/' if self.byte(1) == b'*' => {
                    if !self.block_comment() {
                        return Piece::Broken;
                    }
                    if matches!(self.byte_of(start, 2), b'!' | b'*') {
                        return Piece::Doc(start..self.at);
                    }
                }
                b'"' => return self.string(start),
                b'\'' => return self.quote(),
                b'0'..=b'9' => {
                    self.word();
                    return Piece::Value;
                }
                byte if is_part(byte) => return self.word_or_literal(start),
                bracket @ (b'(' | b'[' | b'{') => {
                    self.at += 1;
                    return Piece::Open(bracket, start);
                }
                b')' | b']' | b'}' => {
                    self.at += 1;
                    return Piece::Close(start);
                }
                sign => {
                    self.at += 1;
                    let glued = start > 0 && !self.byte_of(start - 1, 0).is_ascii_whitespace();
                    return Piece::Sign(sign, glued);
                }
            }
        }
    }

    fn byte_of(&self, start: usize, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(start + ahead).copied().unwrap_or(0)
    }

    fn word(&mut self) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() && is_part(bytes[self.at]) {
            self.at += 1;
        }
    }

    fn word_or_literal(&mut self, start: usize) -> Piece {
        self.word();
        let word = &self.text[start..self.at];
        match (word, self.byte(0)) {
            ("r" | "br" | "cr", b'"' | b'#') => {
                let hashes = self.text[self.at..].bytes().take_while(|&b| b == b'#');
                let hashes = hashes.count();
                if self.byte(hashes) == b'"' {
                    return self.raw_string(start, hashes);
                }
                if word == "r" && hashes == 1 && is_part(self.byte(1)) {
                    self.at += 1;
                    self.word();
                }
                Piece::Word(start..self.at)
            }
            ("b" | "c", b'"') => self.string(start),
            ("b", b'\'') => self.quote(),
            _ => Piece::Word(start..self.at),
        }
    }

    /// A string whose opening quote is the next byte.
    fn string(&mut self, start: usize) -> Piece {
        self.at += 1;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            match memchr2(b'"', b'\\', rest) {
                Some(next) if rest[next] == b'"' => {
                    self.at += next + 1;
                    return Piece::Text(start..self.at);
                }
                Some(next) if next + 1 < rest.len() => self.at += next + 2,
                _ => return Piece::Broken,
            }
        }
    }

    fn raw_string(&mut self, start: usize, hashes: usize) -> Piece {
        let from = self.at + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        match memmem::find(&self.text.as_bytes()[from..], close.as_bytes()) {
            Some(length) => {
                self.at = from + length + close.len();
                Piece::Text(start..self.at)
            }
            None => Piece::Broken,
        }
    }

    /// A character or a lifetime, whose quote is the next byte.
    fn quote(&mut self) -> Piece {
        let rest = &self.text[self.at + 1..];
        let Some(first) = rest.chars().next() else {
            return Piece::Broken;
        };
        if first == '\\' {
            // The escaped byte may be a quote itself.
            let Some(tail) = rest.as_bytes().get(2..) else {
                return Piece::Broken;
            };
            let Some(length) = memchr(b'\'', tail) else {
                return Piece::Broken;
            };
            self.at += 1 + 2 + length + 1;
            return Piece::Value;
        }
        self.at += 1 + first.len_utf8();
        if self.byte(0) == b'\'' {
            self.at += 1;
            return Piece::Value;
        }
        if first == '_' || first.is_alphabetic() {
            self.word();
        }
        Piece::Lifetime
    }

    /// Comments nest.
    fn block_comment(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let mut depth = 1;
        self.at += 2;
        while let Some(next) = memchr2(b'*', b'/', &bytes[self.at..]) {
            self.at += next;
            match (self.byte(0), self.byte(1)) {
                (b'*', b'/') => {
                    self.at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return true;
                    }
                }
                (b'/', b'*') => {
                    self.at += 2;
                    depth += 1;
                }
                _ => self.at += 1,
            }
        }
        false
    }
}

/// Whether a byte is one of a word.
pub(in crate::lang::rust) const fn is_part(byte: u8) -> bool {
    byte == b'_' || byte >= 0x80 || byte.is_ascii_alphanumeric()
}
