//! What a fence's info string, or a directive, says of the code below it.

use crate::lang::config::Format;

/// What a block of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lang) enum Kind {
    /// Python, with or without the prompts of a session.
    Python,
    /// Nothing is said, and Python is usual: Python if it parses.
    Guess,
    /// Rust, as rustdoc reads it: lines behind `# ` are code that is not shown; with the edition
    /// that the fence names.
    Rust(Option<u16>),
    /// A fence without a word: text in Markdown, Rust in a doc comment.
    Silent,
    /// A configuration file.
    Config(Format),
    /// Anything else: text.
    Other,
}

/// The kind that the name of a language stands for.
pub(super) fn kind(language: &str) -> Kind {
    if language.starts_with("ignore-") {
        return Kind::Rust(None); // `ignore-windows`
    }
    match language.to_ascii_lowercase().as_str() {
        "py" | "py2" | "py3" | "pyi" | "python" | "python2" | "python3" | "python3-repl"
        | "pycon" | "pycon3" | "py-con" | "pycon-repl" | "python-console" | "python-repl"
        | "python-session" | "doctest" | "ipython" | "ipython2" | "ipython3" | "sage"
        | "default" => Kind::Python,
        "rust" | "rs" | "no_run" | "should_panic" | "compile_fail" | "ignore" | "test_harness"
        | "standalone" | "standalone_crate" | "edition2015" | "edition2018" | "edition2021"
        | "edition2024" => Kind::Rust(None),
        "toml" => Kind::Config(Format::Toml),
        "yaml" | "yml" => Kind::Config(Format::Yaml),
        "json" | "jsonc" | "json5" => Kind::Config(Format::Json),
        "ini" | "cfg" | "conf" | "dosini" | "dotenv" => Kind::Config(Format::Ini),
        _ => Kind::Other,
    }
}

/// What an info string says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Info<'t> {
    /// The block is code of this kind.
    Code(Kind),
    /// Nothing is said: a session if it has prompts.
    Silent,
    /// The block is a directive with text in it, and this argument: `{autoclass} a.b.C`.
    Directive(&'t str),
}

/// Reads `python`, `python title="x"`, `{.python .numberLines}`, `{code-block} python`, `{note}`.
pub(super) fn info(info: &str) -> Info<'_> {
    let mut rest = info.trim();
    // A comment, as rustdoc has it: `(not yet)`.
    while let Some((_, behind)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        rest = behind.trim_start_matches([' ', '\t', ',']);
    }
    match named(rest) {
        Info::Code(Kind::Rust(_)) => Info::Code(Kind::Rust(edition(info))),
        other => other,
    }
}

/// The edition that a fence of Rust names: `rust,edition2018`.
fn edition(info: &str) -> Option<u16> {
    let mut words = info.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| word.strip_prefix("edition")?.parse().ok())
}

/// Whether rustdoc takes a fence for Rust, and the edition that it names then.
pub(super) fn edition_of_doctest(info: &str) -> Option<Option<u16>> {
    let (mut is_rust, mut is_other) = (false, false);
    let is_code_of_error = |word: &str| {
        let digits = word.strip_prefix('E').unwrap_or_default();
        digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    for word in doctest_words(info) {
        match word {
            "custom" => return None,
            "rust" => is_rust = true,
            "should_panic" | "no_run" | "ignore" => is_rust = !is_other,
            "test_harness" | "compile_fail" | "standalone" | "standalone_crate" => {
                is_rust |= !is_other;
            }
            _ if word.starts_with("ignore-") => is_rust = !is_other,
            _ if word.starts_with("edition") => {}
            _ if is_code_of_error(word) => is_rust |= !is_other,
            _ => is_other = true,
        }
    }
    (is_rust || !is_other).then(|| edition(info))
}

/// The words of an info string as rustdoc reads them: without comments, `(…)`, and attributes, `{…}`;
/// up to the first sign that is none of a word.
fn doctest_words(info: &str) -> impl Iterator<Item = &str> {
    let mut rest = info;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let close = match rest.chars().next()? {
                '(' => ')',
                '{' => '}',
                '"' => {
                    let (word, behind) = rest[1..].split_once('"')?;
                    rest = behind;
                    return Some(word);
                }
                _ => break,
            };
            rest = rest.split_once(close)?.1;
        }
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || "_-:.!#$%&*+/;<>?@^|~".contains(c);
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let is_whole = behind.is_empty() || behind.starts_with([' ', '\t', ',', '(', '{']);
        rest = behind;
        (is_whole && !word.is_empty()).then_some(word)
    })
}

fn named(info: &str) -> Info<'_> {
    let Some(inner) = info.strip_prefix('{') else {
        return match first_word(info) {
            "" => Info::Silent,
            word => Info::Code(kind(word)),
        };
    };
    let (inner, argument) = inner.split_once('}').unwrap_or((inner, ""));
    let argument = argument.trim();
    let name = first_word(inner.trim());
    match name {
        "code-block" | "code" | "sourcecode" => match first_word(argument) {
            "" => Info::Code(Kind::Guess),
            word => Info::Code(kind(word)),
        },
        "code-cell" | "jupyter-execute" | "testcode" | "testsetup" | "testcleanup" | "ipython" => {
            Info::Code(Kind::Python)
        }
        _ if inner.contains(':') => Info::Directive(argument), // `{py:class} a.b.C`
        _ => {
            let class = inner
                .split_whitespace()
                .map(|word| kind(first_word(word.trim_start_matches('.'))))
                .find(|kind| *kind != Kind::Other);
            match class {
                Some(kind) => Info::Code(kind),
                None if inner.trim_start().starts_with('.') => Info::Code(Kind::Other),
                None => Info::Directive(argument),
            }
        }
    }
}

/// The first word of an info string, in which much can follow without a blank: `python{1,3}`.
fn first_word(info: &str) -> &str {
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':' | ';' | '#'));
    &info[..end.unwrap_or(info.len())]
}

/// Where the code of a line starts behind a prompt; `None` for output.
pub(super) fn behind_prompt(line: &str) -> Option<usize> {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let text = bare.trim_end();
    for prompt in [">>>", "..."] {
        if text == prompt {
            return Some(indent + text.len());
        }
        if bare.starts_with(prompt) && bare[prompt.len()..].starts_with(' ') {
            return Some(indent + prompt.len() + 1);
        }
    }
    // `In [12]: ` and `   ...: ` of IPython
    let after = match bare.strip_prefix("In [") {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => bare
            .strip_prefix("...:")
            .map_or("", |rest| &bare[bare.len() - rest.len() - 1..]),
    };
    let code = after
        .strip_prefix("]:")
        .or_else(|| after.strip_prefix(':'))?;
    let code = code.strip_prefix(' ').unwrap_or(code);
    Some(line.len() - code.len())
}

/// Whether a line starts a statement of a session.
pub(super) fn is_prompt(line: &str) -> bool {
    let bare = line.trim_start();
    (bare.starts_with(">>>") || bare.starts_with("In [")) && behind_prompt(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings_name_a_language_in_many_ways() {
        for text in [
            "python",
            "Py",
            "python3 title=\"a.py\"",
            "python{1,3}",
            "python,ignore",
            "{python}",
            "{.python .numberLines}",
            "{ .py .annotate }",
            "{code-block} python",
            "pycon",
            "{code-cell} ipython3",
            "{code-cell}",
            "{python echo=FALSE}",
            "python:app.py",
        ] {
            assert_eq!(info(text), Info::Code(Kind::Python), "{text}");
        }
        for (text, edition) in [
            ("rust", None),
            ("no_run,edition2018", Some(2018)),
            ("{.rust .edition2015}", Some(2015)),
            ("rust,edition", None),
        ] {
            assert_eq!(info(text), Info::Code(Kind::Rust(edition)), "{text}");
        }
        assert_eq!(info("ignore-windows"), Info::Code(Kind::Rust(None)));
        assert_eq!(info("(not yet) py"), Info::Code(Kind::Python));
        assert_eq!(info(" (not yet) "), Info::Silent);
        assert_eq!(info(""), Info::Silent);
        assert_eq!(info("{code-block}"), Info::Code(Kind::Guess));
        assert_eq!(info("bash"), Info::Code(Kind::Other));
        assert_eq!(info("{.bash}"), Info::Code(Kind::Other));
        assert_eq!(info("pythonic"), Info::Code(Kind::Other));
        assert_eq!(info("yaml"), Info::Code(Kind::Config(Format::Yaml)));
        assert_eq!(info("{note}"), Info::Directive(""));
        assert_eq!(info("{py:class} a.b.C"), Info::Directive("a.b.C"));
        assert_eq!(info("{autoclass} a.b.C"), Info::Directive("a.b.C"));
    }

    #[test]
    fn rustdoc_runs_what_says_nothing_else() {
        for text in [
            "",
            "ignore-windows",
            "(a comment)",
            "ignore (not, yet), edition2021",
            "edition2024",
            "compile_fail,E0425",
            "rust{1,3}",
            "text,rust",
            "no_run, text",
            "{.class}",
            "\"rust\" x",
        ] {
            assert!(edition_of_doctest(text).is_some(), "{text}");
        }
        for text in [
            "text",
            "python",
            "rust:a.rs",
            "custom,rust",
            "text,ignore",
            "Rust",
            "E04",
        ] {
            assert_eq!(edition_of_doctest(text), None, "{text}");
        }
        assert_eq!(edition_of_doctest("(x) edition2018"), Some(Some(2018)));
    }

    #[test]
    fn prompts_are_found_and_output_is_not() {
        assert_eq!(behind_prompt(">>> a"), Some(4));
        assert_eq!(behind_prompt("  ... a"), Some(6));
        assert_eq!(behind_prompt("...\n"), Some(3));
        assert_eq!(behind_prompt("In [12]: a"), Some(9));
        assert_eq!(behind_prompt("   ...: a"), Some(8));
        assert_eq!(behind_prompt("a"), None);
        assert_eq!(behind_prompt(">>>a"), None);
        assert_eq!(behind_prompt("Out[1]: a"), None);
        assert_eq!(behind_prompt(""), None);
    }
}
