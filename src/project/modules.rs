//! The tree of modules of a crate of Rust: which files its `mod` lines lead to, from its root on,
//! and which documents are documentation of them.

use std::path::{Path, PathBuf};

use memchr::memmem;

use super::places::Documented;

mod documenting;

pub(crate) use documenting::{documents_variable, is_named_for_docs};

/// A `mod name;` in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// The modules of the file around it.
    around: Vec<Around>,
    name: String,
    /// What `#[path = "…"]` says.
    path: Option<String>,
    /// What `#[cfg_attr(…, path = "…")]` says.
    may_be: Vec<String>,
    /// `#[macro_use]` stands before it, perhaps in some configurations only.
    gives_macros: bool,
    documented: Documented,
}

impl Line {
    /// The path of the module in the file.
    fn module(&self) -> Vec<String> {
        path(self.around.iter(), &self.name)
    }
}

fn path<'a>(around: impl Iterator<Item = &'a Around>, name: &str) -> Vec<String> {
    let names = around.map(|it| it.name.as_str()).chain([name]);
    names.map(str::to_owned).collect()
}

/// A module that is written out in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Around {
    name: String,
    /// The folder that `#[path]` gives it.
    path: Option<String>,
    gives_macros: bool,
}

/// Whether the folder of a file is that of the modules below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A root, a `mod.rs`, and what a `#[path]` names.
    Folder,
    /// `a.rs`, whose modules are in `a/`.
    Name,
}

/// A file that a `mod` line leads to, with the path of modules that leads there.
pub(super) struct Reached {
    pub(super) file: PathBuf,
    pub(super) module: Vec<String>,
    pub(super) owner: Owner,
    /// How many names of `module` stay around what the macros of the module before its last name
    /// reach: `#[macro_use]` gives them on.
    pub(super) around_macros: usize,
    /// The line gives the macros of its own module on.
    pub(super) gives_macros: bool,
    /// In another configuration it is another module.
    pub(super) varies: bool,
    pub(super) documented: Documented,
}

/// Whether the module of a file says itself that it gives its macros on: `#![macro_use]`.
pub(super) fn gives_macros(text: &str) -> bool {
    memmem::find(text.as_bytes(), MACRO_USE.as_bytes()).is_some() && {
        let mut reader = Reader::new(text, "");
        while !reader.file_gives_macros && reader.step().is_some() {}
        reader.file_gives_macros
    }
}

/// The files that the `mod` lines of `file` lead to, as far as they are there.
pub(super) fn below(
    file: &Path,
    text: &str,
    owner: Owner,
    is_there: impl Fn(&Path) -> bool,
) -> Vec<Reached> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let own = match owner {
        Owner::Folder => folder.to_owned(),
        Owner::Name => file.with_extension(""),
    };
    let mut found = Vec::new();
    let (lines, written_out) = lines(text);
    let paths = lines.iter().map(Line::module).chain(written_out);
    let mut paths: Vec<Vec<String>> = paths.collect();
    paths.sort_unstable();
    for line in lines {
        let module = line.module();
        let first = paths.partition_point(|path| *path < module);
        let varies = !line.may_be.is_empty() || paths.get(first + 1) == Some(&module);
        let mut dir = own.clone();
        for (nth, module) in line.around.iter().enumerate() {
            match &module.path {
                Some(path) if nth == 0 => dir = folder.join(path),
                Some(path) => dir.push(path),
                None => dir.push(&module.name),
            }
        }
        let from = if line.around.is_empty() { folder } else { &dir };
        let named = |path: &String| (from.join(path), Owner::Folder);
        let usual = [
            (dir.join(format!("{}.rs", line.name)), Owner::Name),
            (dir.join(&line.name).join("mod.rs"), Owner::Folder),
        ];
        let candidates: Vec<(PathBuf, Owner)> = match &line.path {
            Some(path) => vec![named(path)],
            None => line.may_be.iter().map(named).chain(usual).collect(),
        };
        let closed = line.around.iter().rposition(|it| !it.gives_macros);
        let around_macros = closed.map_or(0, |closed| closed + 1);
        for (path, owner) in candidates {
            let path = crate::discover::lexically_normal(&path);
            if is_there(&path) {
                found.push(Reached {
                    file: path,
                    module: module.clone(),
                    owner,
                    around_macros,
                    gives_macros: line.gives_macros,
                    varies,
                    documented: line.documented,
                });
            }
        }
    }
    found
}

/// A file that another one includes.
pub(crate) struct Included {
    pub(crate) file: PathBuf,
    /// The modules around it.
    pub(super) around: Vec<String>,
    /// Its text is code, whatever it is called; else it is a document.
    pub(crate) is_code: bool,
}

/// The documents that doc attributes of `file` include, and the files of code that it includes, as
/// far as they are there; `package` is the folder of the package.
pub(crate) fn included(
    file: &Path,
    text: &str,
    package: &Path,
    is_there: impl Fn(&Path) -> bool,
) -> Vec<Included> {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !has(CODE) && !has(DOCTEST) {
        return Vec::new();
    }
    let package = package.to_string_lossy();
    let mut reader = Reader::new(text, &package);
    while reader.step().is_some() {}
    let folder = file.parent().unwrap_or(Path::new(""));
    let of = |is_code| {
        move |(path, around): (String, Vec<String>)| Included {
            file: crate::discover::lexically_normal(&folder.join(path)),
            around,
            is_code,
        }
    };
    let docs = reader.docs.into_iter().map(of(false));
    let all = docs.chain(reader.code.into_iter().map(of(true)));
    all.filter(|it| is_there(&it.file)).collect()
}

/// The macro that puts the code of a file in its place.
const CODE: &str = "include";

/// The macro that stands for the text of a file.
const INCLUDE: &str = "include_str";

/// The attribute that gives the macros of a module to the one around it.
const MACRO_USE: &str = "macro_use";

/// The macro of the crate doc-comment that makes documentation of a file.
const DOCTEST: &str = "doctest";

/// The `mod` lines of a text, in whatever macro or module of it; and if there are any, the paths of
/// the modules that are written out in it.
fn lines(text: &str) -> (Vec<Line>, Vec<Vec<String>>) {
    if !may_have_lines(text.as_bytes()) {
        return (Vec::new(), Vec::new());
    }
    let mut reader = Reader::new(text, "");
    while reader.step().is_some() {}
    (reader.lines, reader.written_out)
}

/// The cheap question: `mod`, a name, and a semicolon.
pub(crate) fn may_have_lines(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"mod").any(|at| {
        let rest = &bytes[at + 3..];
        let end = memchr::memchr3(b';', b'{', b'}', rest);
        let blank = rest
            .first()
            .is_some_and(|it| it.is_ascii_whitespace() || *it == b'/');
        blank && end.is_some_and(|end| rest[end] == b';')
    })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    lines: Vec<Line>,
    written_out: Vec<Vec<String>>,
    /// Each open brace, and the module that it is the body of.
    around: Vec<Option<Around>>,
    /// What attributes said since the last item.
    path: Option<String>,
    may_be: Vec<String>,
    gives_macros: bool,
    documented: Documented,
    /// The file's own module says so.
    file_gives_macros: bool,
    /// The files that doc attributes include, each with the modules around it.
    docs: Vec<(String, Vec<String>)>,
    /// The files whose code is included, each with the modules around it.
    code: Vec<(String, Vec<String>)>,
    /// What `env!("CARGO_MANIFEST_DIR")` is.
    package: &'t str,
    /// The macros of the text that make documentation of what they are given.
    documenting: Vec<&'t str>,
    /// Where that ends which the last one of them was given.
    documented_until: usize,
    /// How much was gone through for that.
    gone_through: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, package: &'t str) -> Self {
        Self {
            text,
            at: 0,
            lines: Vec::new(),
            written_out: Vec::new(),
            around: Vec::new(),
            path: None,
            may_be: Vec::new(),
            gives_macros: false,
            documented: Documented::No,
            file_gives_macros: false,
            docs: Vec::new(),
            code: Vec::new(),
            package,
            documenting: Vec::new(),
            documented_until: 0,
            gone_through: 0,
        }
    }

    /// Reads one token; `None` at the end of the text.
    fn step(&mut self) -> Option<()> {
        self.blanks();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        match first {
            '#' => self.attribute(),
            '{' | '}' | ';' => {
                match first {
                    '{' => self.around.push(None),
                    '}' => _ = self.around.pop(),
                    _ => {}
                }
                (self.path, self.may_be) = (None, Vec::new());
                self.gives_macros = false;
                self.documented = Documented::No;
                self.at += 1;
            }
            _ if is_word(first) => {
                let (text, start) = (self.text, self.at);
                self.word();
                let end = self.at;
                self.documenting(start..end);
                match &text[start..end] {
                    "mod" => self.module(),
                    word if self.is_documentation(word) => self.document(),
                    CODE if is_of_the_language(&text[..start]) => {
                        let code = self.file();
                        self.code.extend(code);
                    }
                    _ => {}
                }
            }
            _ => self.at = skipped(self.text, self.at),
        }
        Some(())
    }

    /// What stands behind `mod`.
    fn module(&mut self) {
        self.blanks();
        let name = self.word();
        let name = name.strip_prefix("r#").unwrap_or(name).to_owned();
        self.blanks();
        let end = self.text[self.at..].chars().next();
        if name.is_empty() || !matches!(end, Some(';' | '{')) {
            return;
        }
        self.at += 1;
        let path = self.path.take();
        let may_be = std::mem::take(&mut self.may_be);
        let gives_macros = std::mem::take(&mut self.gives_macros);
        let documented = std::mem::take(&mut self.documented);
        match end {
            Some(';') => self.lines.push(Line {
                around: self.around.iter().flatten().cloned().collect(),
                name,
                path,
                may_be,
                gives_macros,
                documented,
            }),
            _ => {
                let module = self::path(self.around.iter().flatten(), &name);
                self.written_out.push(module);
                self.around.push(Some(Around {
                    name,
                    path,
                    gives_macros,
                }));
            }
        }
    }

    /// `#[path = "…"]`, and what else stands in brackets.
    fn attribute(&mut self) {
        self.at += 1;
        self.blanks();
        let is_inner = self.text[self.at..].starts_with("![");
        if is_inner {
            self.at += 1;
        }
        if !self.text[self.at..].starts_with('[') {
            return;
        }
        let mut depth = 0usize;
        let is_conditional = self.text[self.at + 1..]
            .trim_start()
            .starts_with("cfg_attr");
        let mut is_doc = false;
        while let Some(next) = self.text[self.at..].chars().next() {
            match next {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ if is_word(next) => {
                    match self.word() {
                        "path" => {
                            let Some(path) = self.value() else { continue };
                            match is_conditional {
                                true => self.may_be.push(path),
                                false => self.path = Some(path),
                            }
                        }
                        INCLUDE if is_doc => self.document(),
                        MACRO_USE => self.given(is_inner),
                        word => {
                            let is_named_doc = word == "doc";
                            self.blanks();
                            if self.text[self.at..].starts_with('=') {
                                is_doc = is_named_doc;
                            }
                            if is_doc && is_named_doc && !is_inner {
                                let documented = match is_conditional {
                                    true => Documented::Perhaps,
                                    false => Documented::Yes,
                                };
                                self.documented = self.documented.max(documented);
                            }
                        }
                    }
                    continue;
                }
                _ => {}
            }
            self.at = skipped(self.text, self.at);
            self.blanks();
            if depth == 0 {
                return;
            }
        }
    }

    /// `#[macro_use]`, or `#![macro_use]` in the module itself.
    fn given(&mut self, is_inner: bool) {
        match self.around.last_mut() {
            _ if !is_inner => self.gives_macros = true,
            None => self.file_gives_macros = true,
            Some(Some(module)) => module.gives_macros = true,
            Some(None) => {}
        }
    }

    /// `= "…"`
    fn value(&mut self) -> Option<String> {
        self.blanks();
        let rest = self.text[self.at..].strip_prefix('=')?.trim_start();
        let rest = rest.strip_prefix('r').unwrap_or(rest);
        let rest = rest.trim_start_matches('#').strip_prefix('"')?;
        Some(
            rest.split('"')
                .next()?
                .replace("\\\\", "/")
                .replace('\\', "/"),
        )
    }

    /// The path of a document, as the argument of a macro.
    fn document(&mut self) {
        let document = self.file().filter(|(path, _)| !path.ends_with(".rs"));
        self.docs.extend(document);
    }

    /// The path of a file that a macro includes, and the modules around it.
    fn file(&mut self) -> Option<(String, Vec<String>)> {
        self.call()?;
        let path = self.constant()?;
        let around = self.around.iter().flatten();
        Some((path, around.map(|it| it.name.clone()).collect()))
    }

    /// The opening of a macro's arguments: `!(`.
    fn call(&mut self) -> Option<()> {
        self.sign(&['!'])?;
        self.sign(&['(', '[', '{'])
    }

    /// One of these signs.
    fn sign(&mut self, signs: &[char]) -> Option<()> {
        self.blanks();
        let is_next = self.text[self.at..].starts_with(signs);
        is_next.then(|| self.at += 1)
    }

    /// A text that is known before the program runs: a string, `concat!(…)` of such, or the folder
    /// of the package.
    fn constant(&mut self) -> Option<String> {
        self.blanks();
        if let Some(literal) = self.literal() {
            return Some(literal);
        }
        let mut known = String::new();
        let mut depth = 0usize;
        loop {
            self.blanks();
            match self.word() {
                "concat" => {
                    self.call()?;
                    depth += 1;
                    continue;
                }
                "env" => {
                    self.call()?;
                    self.blanks();
                    self.literal().filter(|name| name == "CARGO_MANIFEST_DIR")?;
                    _ = self.sign(&[',']);
                    self.sign(&[')', ']', '}'])?;
                    known.push_str(Some(self.package).filter(|it| !it.is_empty())?);
                }
                "" => known.push_str(&self.literal()?),
                _ => return None,
            }
            // Each piece ends with a comma, or what is around it ends.
            while depth > 0 && self.sign(&[',']).is_none() {
                self.sign(&[')', ']', '}'])?;
                depth -= 1;
            }
            while depth > 0 && self.sign(&[')', ']', '}']).is_some() {
                depth -= 1;
            }
            if depth == 0 {
                return Some(known);
            }
        }
    }

    /// What stands in the string that begins here.
    fn literal(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let body = rest.strip_prefix('r').unwrap_or(rest);
        if !body.trim_start_matches('#').starts_with('"') {
            return None;
        }
        let end = skipped(self.text, self.at);
        let written = &self.text[self.at..end];
        self.at = end;
        let written = written.trim_start_matches('r').trim_matches('#');
        let inner = written.strip_prefix('"')?.strip_suffix('"')?;
        Some(inner.replace("\\\\", "/").replace('\\', "/"))
    }

    /// The word that begins here, with `r#`; empty if none does.
    fn word(&mut self) -> &str {
        let start = self.at;
        let rest = &self.text[start..];
        let lead = if rest.starts_with("r#") && rest[2..].starts_with(is_word) {
            2
        } else {
            0
        };
        let end = start + lead + word_length(&rest[lead..]);
        let word = &self.text[start..end];
        // `r"…"`, `b'x'`: a literal.
        let opens_literal = matches!(word, "r" | "b" | "br" | "c" | "cr")
            && self.text[end..].starts_with(['"', '#', '\'']);
        self.at = match opens_literal {
            true => skipped(self.text, start),
            false => end,
        };
        word
    }

    /// Blanks and comments, some of which document what follows.
    fn blanks(&mut self) {
        loop {
            let bytes = &self.text.as_bytes()[self.at..];
            let blank = bytes.iter().take_while(|it| it.is_ascii_whitespace());
            self.at += blank.count();
            let rest = &self.text[self.at..];
            if documents(rest.as_bytes()) {
                self.documented = Documented::Yes;
            }
            match rest.as_bytes() {
                [b'/', b'/', ..] => {
                    let end = memchr::memchr(b'\n', rest.as_bytes());
                    self.at += end.unwrap_or(rest.len());
                }
                [b'/', b'*', ..] => self.at += block_comment(rest),
                [first, ..] if first.is_ascii() && *first != VERTICAL_TAB => return,
                _ => {
                    let trimmed = rest.trim_start();
                    if trimmed.len() == rest.len() {
                        return;
                    }
                    self.at += rest.len() - trimmed.len();
                }
            }
        }
    }
}

/// Whether a text begins with a comment that documents what follows.
fn documents(text: &[u8]) -> bool {
    match text {
        [b'/', b'/', b'/', rest @ ..] => rest.first() != Some(&b'/'),
        [b'/', b'*', b'*', rest @ ..] => !matches!(rest.first(), Some(b'*' | b'/')),
        _ => false,
    }
}

/// White space to Rust, and none to `u8::is_ascii_whitespace`.
const VERTICAL_TAB: u8 = 0x0b;

/// How many bytes of a text are of the word that it begins with.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let plain = |it: &&u8| **it == b'_' || it.is_ascii_alphanumeric();
    let length = bytes.iter().take_while(plain).count();
    match bytes.get(length) {
        Some(next) if !next.is_ascii() => {
            let rest = &text[length..];
            length + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
        }
        _ => length,
    }
}

/// Whether a macro whose name stands behind this text is not another crate's: `std::include!`.
fn is_of_the_language(before: &str) -> bool {
    let path = before.trim_end().strip_suffix("::");
    path.is_none_or(|path| {
        let path = path.trim_end();
        let krate = path.trim_end_matches(is_word);
        matches!(&path[krate.len()..], "std" | "core")
    })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// How long the block comment is that a text begins with: those in it are parts of it.
pub(crate) fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Where the literal, or the sign, ends that begins at `at`.
fn skipped(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    if let [first, ..] = rest.as_bytes()
        && first.is_ascii_punctuation()
        && !matches!(first, b'"' | b'\'')
    {
        return at + 1;
    }
    let body = rest.trim_start_matches(['r', 'b', 'c']);
    let is_raw = rest[..rest.len() - body.len()].contains('r');
    let start = text.len() - body.len();
    let hashes = body.len() - body.trim_start_matches('#').len();
    if is_raw && body[hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let inner = start + hashes + 1;
        let end = text[inner..].find(&close);
        return end.map_or(text.len(), |end| inner + end + close.len());
    }
    let mut chars = body.char_indices();
    match chars.next() {
        Some((_, '"')) => {
            let inner = &body.as_bytes()[1..];
            let mut at = 0;
            while let Some(next) = memchr::memchr2(b'"', b'\\', inner.get(at..).unwrap_or_default())
            {
                at += next;
                if inner[at] == b'"' {
                    return start + 1 + at + 1;
                }
                // What is escaped may be a quote, and is no part of a longer sign otherwise.
                at += 2;
            }
            text.len()
        }
        Some((_, '\'')) => {
            // A character, or a lifetime.
            let second = chars.next().map(|(_, c)| c);
            if second == Some('\\') {
                let end = body.get(3..).and_then(|rest| rest.find('\''));
                return end.map_or(text.len(), |end| start + 3 + end + 1);
            }
            match chars.next() {
                Some((index, '\'')) => start + index + 1,
                _ => start + 1,
            }
        }
        Some((_, c)) => at.max(start) + c.len_utf8(),
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, there: &[&str], wanted: &[(&str, &str)]) {
        let is_there = |path: &Path| there.iter().any(|it| path == Path::new(it));
        let found = below(Path::new("/s/a.rs"), text, Owner::Name, is_there);
        let found: Vec<(String, String)> = found
            .iter()
            .map(|it| (it.file.display().to_string(), it.module.join("::")))
            .collect();
        let wanted: Vec<(String, String)> = wanted
            .iter()
            .map(|(file, module)| ((*file).to_owned(), (*module).to_owned()))
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn a_line_leads_to_a_file_or_a_folder() {
        let there = ["/s/a/b.rs", "/s/a/c/mod.rs", "/s/a/type.rs"];
        let text = "pub(crate) mod b;\nmod c;\nmod gone;\nmod r#type;\nmod inline {}";
        let wanted = [
            ("/s/a/b.rs", "b"),
            ("/s/a/c/mod.rs", "c"),
            ("/s/a/type.rs", "type"),
        ];
        check(text, &there, &wanted);
    }

    #[test]
    fn modules_around_a_line_are_folders() {
        let there = ["/s/a/x/y/b.rs", "/s/z/b.rs"];
        check(
            "mod x { fn f() { if true {} } mod y { mod b; } }",
            &there,
            &[("/s/a/x/y/b.rs", "x::y::b")],
        );
        check(
            "#[path = \"z\"] mod x { mod b; }",
            &there,
            &[("/s/z/b.rs", "x::b")],
        );
    }

    #[test]
    fn a_path_attribute_counts_from_the_folder_of_the_file() {
        let there = ["/s/z.rs", "/s/a/x/z.rs", "/s/unix.rs", "/s/a/sys.rs"];
        check(
            "#[path = \"z.rs\"]\n#[cfg(a)]\n/// Doc.\npub mod b;",
            &there,
            &[("/s/z.rs", "b")],
        );
        check(
            "mod x { #[path = \"z.rs\"] mod b; }",
            &there,
            &[("/s/a/x/z.rs", "x::b")],
        );
        check(
            "#[cfg_attr(unix, path = \"unix.rs\")] mod sys;",
            &there,
            &[("/s/unix.rs", "sys"), ("/s/a/sys.rs", "sys")],
        );
        // It is that of the item that it stands before.
        check(
            "#[path = \"z.rs\"] mod q {} mod sys;",
            &there,
            &[("/s/a/sys.rs", "sys")],
        );
    }

    #[test]
    fn a_module_of_two_files_varies() {
        let check = |text: &str, wanted: &[bool]| {
            let found = below(Path::new("/s/a.rs"), text, Owner::Name, |path| {
                path.ends_with("b.rs")
            });
            let found: Vec<bool> = found.iter().map(|it| it.varies).collect();
            assert_eq!(found, wanted, "{text}");
        };
        check("mod b; mod x { mod b; mod b_ {} }", &[false, false]);
        check("mod b; mod b;", &[true, true]);
        check("mod b; mod b {}", &[true]);
        check("mod x { mod b; } mod x { mod b {} }", &[true]);
        check("#[cfg_attr(a, path = \"a.rs\")] mod b;", &[true]);
    }

    #[test]
    fn macro_use_gives_macros_on() {
        let there = |path: &Path| path == Path::new("/s/a/b.rs") || path.ends_with("x/b.rs");
        let check = |text: &str, wanted: (usize, bool)| {
            let found = below(Path::new("/s/a.rs"), text, Owner::Name, there);
            let found: Vec<_> = found
                .iter()
                .map(|it| (it.around_macros, it.gives_macros))
                .collect();
            assert_eq!(found, [wanted], "{text}");
        };
        check("mod b;", (0, false));
        check("#[macro_use] extern crate c; mod b;", (0, false));
        check("#[macro_use]\npub(crate) mod b;", (0, true));
        check("#[cfg_attr(a, macro_use)] mod b;", (0, true));
        check("mod x { #[macro_use] mod b; }", (1, true));
        check("#[macro_use] mod x { mod b; }", (0, false));
        check("mod y { #[macro_use] mod x { mod b; } }", (1, false));
        check("mod y { mod x { #![macro_use] mod b; } }", (1, false));
        assert!(gives_macros("//! A.\n#![macro_use]\nmacro_rules! m {}"));
        assert!(!gives_macros("mod x { #![macro_use] } #[macro_use] mod y;"));
    }

    #[test]
    fn documentation_before_a_line_is_of_its_module() {
        let there = |path: &Path| path == Path::new("/s/a/b.rs");
        let check = |text: &str, wanted: Documented| {
            let found = below(Path::new("/s/a.rs"), text, Owner::Name, there);
            let found: Vec<_> = found.iter().map(|it| it.documented).collect();
            assert_eq!(found, [wanted], "{text}");
        };
        for text in [
            "/// Of b.\nmod b;",
            "/** Of b. */ #[cfg(a)] // c\npub(crate) mod b;",
            "#[cfg_attr(a, doc = \"c\")] #[doc = \"Of b.\"] mod b;",
            "///\nmod b;",
        ] {
            check(text, Documented::Yes);
        }
        check("#[cfg_attr(a, doc = \"c\")] mod b;", Documented::Perhaps);
        for text in [
            "//! Of a.\n// c\nmod b;",
            "/// Of c.\nmod c {} mod b;",
            "/// Of c.\nstruct C; //// c\n/***/ /**/ mod b;",
            "#[doc(hidden)] #![doc = \"Of a.\"] mod b;",
            "#[cfg_attr(a, doc(cfg(a)))] #[path = \"a/b.rs\"] mod b;",
        ] {
            check(text, Documented::No);
        }
    }

    #[test]
    fn words_in_comments_and_literals_are_none() {
        let there = ["/s/a/b.rs", "/s/a/c.rs"];
        let text = "// mod b;\n/* /* */ mod b; */ const A: &str = \"mod b;\\\" mod b;\";\n\
                    const B: &str = r#\"mod b;\"#; const C: char = '\"'; const D: u8 = b'\\'';\n\
                    fn f<'a>(_: &'a str) {} macro! { mod c; }";
        check(text, &there, &[("/s/a/c.rs", "c")]);
    }

    #[track_caller]
    fn check_included(text: &str, wanted: &[(&str, &str)]) {
        let found = included(Path::new("/p/src/a.rs"), text, Path::new("/p"), |_| true);
        let found: Vec<(String, String)> = found
            .iter()
            .map(|it| (it.file.display().to_string(), it.around.join("::")))
            .collect();
        let wanted: Vec<(String, String)> = wanted
            .iter()
            .map(|(file, module)| ((*file).to_owned(), (*module).to_owned()))
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn doc_attributes_include_files() {
        check_included(
            "#![doc = include_str!(\"../README.md\")]",
            &[("/p/README.md", "")],
        );
        check_included(
            "#![cfg_attr(all(doctest, feature = \"x\"), doc = include_str!(r#\"b.md\"#))]",
            &[("/p/src/b.md", "")],
        );
        check_included(
            "mod x { #![doc = include_str! [ \"b.md\" ]] #[doc = \"a\"] #[doc=include_str!(\"c.md\")] fn f() {} }",
            &[("/p/src/b.md", "x"), ("/p/src/c.md", "x")],
        );
        for text in [
            "#[doc = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/README.md\"))] mod x {}",
            "#[doc = concat!(\"a\", include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\",), concat!(\"/\", \"README.md\"),)))] mod x {}",
        ] {
            check_included(text, &[("/p/README.md", "")]);
        }
        for text in [
            "include!(\"b.in\");",
            "include !(\"b.in\");",
            "::std::include! { r\"b.in\" }",
            "fn f() -> u8 { core :: include!(concat!(\"b\", \".in\")) }",
        ] {
            check_included(text, &[("/p/src/b.in", "")]);
            assert!(crate::plan::may_include(text.as_bytes()), "{text}");
        }
        check_included(
            "doc_comment::doctest!(\"../README.md\", readme); #[cfg(doctest)] fn doctest() {}",
            &[("/p/README.md", "")],
        );
        check_included(
            "include!(\"b.rs\"); mod x { include! { \"../c.rs\" } fn include() {} }",
            &[("/p/src/b.rs", ""), ("/p/c.rs", "x")],
        );
        for text in [
            "include_bytes!(\"b.rs\"); include_str!(\"b.in\"); use include::b;",
            "pages::include!(\"b.html\"); a :: std_x :: include!(\"b.in\");",
            "include!(concat!(env!(\"OUT_DIR\"), \"/b.rs\"));",
            "const A: &str = include_str!(\"b.md\");",
            "#[doc = \"include_str!(b.md)\"] // #[doc = include_str!(\"b.md\")]",
            "#[cfg_attr(a, doc = \"x\", other = include_str!(\"b.md\"))]",
            "#[doc = include_str!(env!(\"A\"))]",
            "#[doc = include_str!(concat!(\"a\"",
            "#[doc = include_str!(concat!(",
            "#[doc = include_str!(\"",
            "#[doc = include_str",
        ] {
            check_included(text, &[]);
        }
    }

    #[test]
    fn broken_texts_end() {
        for text in [
            "mod",
            "mod x",
            "mod x {",
            "#[path = \"",
            "#[",
            "'",
            "b'",
            "r#\"mod a;",
            "/* mod a;",
            "é mod a;",
        ] {
            check(text, &[], &[]);
        }
    }
}
