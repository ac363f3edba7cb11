//! Text → its top-level statements, without a parse, so that the parser sees only those that matter.
//!
//! One pass over the bytes. Each chunk is one statement of the module with all that belongs to it
//! (decorators, blocks, `else`), and the blank lines and comments before it; together they are all
//! of the text. What is odd (a form feed, a bracket or a string without an end) gives no chunks at
//! all: then the whole text is parsed.

use super::name::{NAME, Name};
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
        loop {
            // One blank stands between most tokens: it is no turn of its own.
            self.at += usize::from(self.byte(self.at) == b' ');
            let Some(&byte) = self.bytes.get(self.at) else {
                break;
            };
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
        let name = Name::at(&self.bytes[start..]);
        self.at += name.length;
        if name.length <= 2 && matches!(self.byte(self.at), b'\'' | b'"') {
            let word = &self.bytes[start..self.at];
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
        self.syntax.word(Word::of(name));
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
    use ruff_python_ast::PySourceType;
    use ruff_python_parser::{ParseOptions, parse_cells_unchecked, parse_unchecked_source};
    use ruff_text_size::{Ranged, TextRange, TextSize};

    use super::*;

    /// What the parser says of a statement that is taken for valid, and is not.
    fn overlooked(text: &str) -> Option<String> {
        let options = ParseOptions::from(PySourceType::Python);
        let chunks = chunks(text)?;
        let mut valid = chunks.iter().filter(|chunk| chunk.is_valid);
        valid.find_map(|chunk| {
            let size = |at: usize| TextSize::try_from(at).expect("it is short");
            let range = TextRange::new(size(chunk.start), size(chunk.end));
            let parsed = parse_cells_unchecked(text, [range], &options);
            let error = parsed.errors().first()?;
            Some(format!("{error}: {:?}", &text[chunk.start..chunk.end]))
        })
    }

    /// The statements of `text`, each behind `+` where it is known to be valid, or else `?`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let chunks = chunks(text).expect("nothing odd");
        let marked = chunks.iter().map(|chunk| {
            let mark = if chunk.is_valid { '+' } else { '?' };
            format!("{mark}{}", &text[chunk.start..chunk.end])
        });
        assert_eq!(marked.collect::<Vec<_>>(), expected);
        assert_eq!(overlooked(text), None);
    }

    /// One statement, and another behind it.
    #[track_caller]
    fn check_one(text: &str) {
        check(&format!("{text}y\n"), &[&format!("+{text}"), "+y\n"]);
    }

    #[track_caller]
    fn check_unsure(text: &str) {
        check(text, &[&format!("?{text}")]);
    }

    #[track_caller]
    fn check_odd(text: &str) {
        assert_eq!(chunks(text), None, "{text:?}");
    }

    #[test]
    fn a_statement_has_all_that_belongs_to_it() {
        check("a = 1\nb = 2", &["+a = 1\n", "+b = 2"]);
        check_one("# why\n\na = 1\n");
        check("a = 1\n# end\n", &["+a = 1\n# end\n"]);
        check_one("x = (\n1,\n)\n");
        check_one("x = 1 + \\\n2\n");
        check_one("a; b; c = 1;\n");
        check_one("@a\n# between\n\n@b.c(1)\nasync def f(x, *, y=1, **z) -> int:\n    pass\n");
        check_one("if a:\n    b\nelif c: d\nelse:\n    e\n");
        check_one(
            "try:\n    a\nexcept A as e:\n    b\nexcept:\n    c\nelse:\n    d\nfinally:\n  e\n",
        );
        check_one("for a in b:\n    c\n# d\n\nelse:\n    e\n");
        check("", &["+"]);
        check("# nothing\n", &["+# nothing\n"]);
    }

    #[test]
    fn line_ends_and_marks_are_the_files() {
        check("a = 1\r\n\r\nb = 2\r\n", &["+a = 1\r\n", "+\r\nb = 2\r\n"]);
        check("a = 1\rb = 2\r", &["+a = 1\r", "+b = 2\r"]);
        check_one("\u{feff}a = 1\n");
        check_one("x = (1,\r\n2)\r\n");
    }

    #[test]
    fn strings_end_where_they_do() {
        check_one("x = 'a\\'b#('\n");
        check_one("\"\"\"a\n'''\nb = (\n\\\"\"\"\"\n");
        check_one("x = r'\\n'  # '''\n");
        check_one("x = rb'a' b'c'\n");
        check_one("x = ('é'\n'b')\n");
        check_unsure("x = 'a' b'c'\n");
        check_unsure("x = b'é'\n");
        check_unsure("x = '\\x4'\n");
        check_odd("x = 'a\ny = 1\n");
        check_odd("x = '''a\ny = 1\\");
    }

    #[test]
    fn fields_of_f_strings_are_code() {
        check_one("x = f'{a!r:>4}'\n");
        check_one("x = f'{{}}{a[\"b\"]}{{{c}}}'\n");
        check_one("x = f'{f\"{a}\"}' 'b'\n");
        check_one("x = f'{a if b else c}'\n");
        check_one("x = f'''{\na}'''\n");
        check_unsure("x = f'{}'\n");
        check_unsure("x = f'{a b}'\n");
        check_odd("x = f'{a:{b}}'\n");
        check_odd("x = f'}'\n");
        check_odd("x = f'{a'\ny = 1\n");
        check_odd("x = f'{a!x}'\n");
    }

    #[test]
    fn what_is_not_known_is_unsure() {
        for text in [
            "match x:\n    case 1:\n        pass\n",
            "if (a := 1):\n    pass\n",
            "def f(a, /): pass\n",
            "if a:\n\tb\n",
            "é = 1\n",
            "x = 1_000\n",
            "print 'a'\n",
            "exec code\n",
            "raise A, 'b'\n",
            "x = = 1\n",
            "f(a=1, 2)\n",
            "f(**a, *b)\n",
            "def f(a=1, b): pass\n",
            "def f(*): pass\n",
            "f() = 1\n",
            "a + b = 1\n",
            "x = 1 if 2\n",
            "x = a not b\n",
            "x = [a for b]\n",
            "for x in y\n",
            "else:\n    pass\n",
            "try:\n    pass\n",
            "@a\n",
            "if a:\n",
            "  a = 1\n",
            "if a:\n    b\n  c\n",
            "if a: for b in c: d\n",
            "a;; b\n",
            "del f()\n",
            "<<<<<<< HEAD\n",
            "x = 0777\n",
            "a[]\n",
            "{a: b, c}\n",
            "`a`\n",
        ] {
            check_unsure(text);
        }
        for text in [
            "x = (\n",
            "x = )\n",
            "x = (]\n",
            "\x0cx = 1\n",
            "x = 1 \\",
            "\\\nx = 1\n",
        ] {
            check_odd(text);
        }
    }

    /// A bit of all that is known.
    const TEXT: &str = r#"
def f(a, b: int = 1, *args, c, d=None, **kwargs) -> dict[str, int]:
    """A docstring."""
    global g, h
    y.z = w[0] = a.b(c, d=1, *e, **f), [i for i, (j, k) in l if not m], {n: o for n in p}
    x: int = -1 if a is not None and b not in c else ~d ** 2
    x += yield_(lambda q, r: q, s[1:2, ::3]) @ s
    return (x,), {1, 2}, {'a': b'c', **d}, [*a, b], f"{a!r}{b:>4}", ...
class C(B, metaclass=M):
    @property
    async def g(self):
        async with a as b, c:
            await d
        yield
        yield from x
        for i in a, b: continue
        else: pass
        while True:
            break
        assert a, b
        del a.b, c[0]
        raise E from None
        try: x = yield y
        except (A, B) as e: pass
        finally: pass
"#;

    /// Each token gone, doubled, or another's: what is taken for valid then still is.
    #[test]
    fn what_is_taken_for_valid_is_valid() {
        let is_known = |chunks: Vec<Chunk>| chunks.iter().all(|chunk| chunk.is_valid);
        assert!(chunks(TEXT).is_some_and(is_known));
        let parsed = parse_unchecked_source(TEXT, PySourceType::Python);
        let words: Vec<_> = parsed.tokens().iter().map(Ranged::range).collect();
        for (at, &word) in words.iter().enumerate() {
            let own = &TEXT[word];
            let mut instead = vec![String::new(), format!("{own} {own}")];
            for step in 0..12 {
                let other = &TEXT[words[(at * 7 + step * 31) % words.len()]];
                instead.push(other.to_owned());
                instead.push(format!("{own} {other}"));
                instead.push(format!("{other} {own}"));
            }
            let (before, after) = (&TEXT[..word.start().into()], &TEXT[word.end().into()..]);
            for instead in instead {
                assert_eq!(overlooked(&format!("{before}{instead}{after}")), None);
            }
        }
    }
}
