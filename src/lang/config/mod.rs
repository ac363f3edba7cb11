//! Configuration: values and keys of TOML, YAML, INI and JSON that are dotted paths.
//!
//! Each format says where its scalars stand (`Scalar`); what they mean is decided here, once.
//! Only bytes inside a scalar are ever edited, so layout, quotes and comments stay as they are.

mod ini;
mod json;
mod toml;
mod yaml;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use crate::finding::{Confidence, Finding, Problem, Scan};
use crate::lang::dotted::{self, Replacement};
use crate::lang::suppress::Suppressions;
use crate::lang::{Document, Language};
use crate::plan::Plan;
use crate::project::{FileId, Project};
use crate::source::Source;

/// The formats, by how they are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// TOML 1.1.
    Toml,
    /// YAML 1.2, also with many documents.
    Yaml,
    /// Lines of `key = value`: INI, `.cfg`, `.conf`, `.env`.
    Ini,
    /// JSON, with comments and the like where they are used.
    Json,
}

/// A string of a configuration file: a value, or a key.
#[derive(Debug)]
struct Scalar<'t> {
    /// Its bytes between the quotes.
    range: Range<usize>,
    /// What it means once escapes are read.
    value: Cow<'t, str>,
    /// For a key, the number of the mapping it belongs to.
    mapping: Option<usize>,
}

impl Scalar<'_> {
    /// The same, apart from the text that it was read of.
    fn into_owned(self) -> Scalar<'static> {
        Scalar {
            value: Cow::Owned(self.value.into_owned()),
            ..self
        }
    }
}

/// What a parser makes of a text; an error is an offset and a message.
type Scalars<'t> = Result<Vec<Scalar<'t>>, Problem>;

/// Configuration files of all formats.
pub struct Config;

impl Language for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    fn claims(&self, path: &Path, _head: &[u8]) -> bool {
        format(path).is_some()
    }

    fn read(
        &self,
        _source: &Source,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
    ) -> Box<dyn Document> {
        Box::new(Self)
    }
}

impl Document for Config {
    fn scan(
        &self,
        plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
        source: &Source,
    ) -> Scan {
        scan(plan, source)
    }
}

/// All references to moved things in a configuration file.
///
/// A file that does not parse gives no finding; it gives a problem if it may hold a reference.
fn scan(plan: &Plan, source: &Source) -> Scan {
    match format(&source.path) {
        Some(format) => scan_text(plan, format, source.text()),
        None => Scan::default(),
    }
}

/// The same for a text of a known format: a fence or the front matter of a document.
pub(crate) fn scan_text(plan: &Plan, format: Format, text: &str) -> Scan {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let bare = &text[bom..];
    let scalars = match format {
        Format::Toml => toml::scalars(bare),
        Format::Yaml => yaml::scalars(bare),
        Format::Ini => Ok(ini::scalars(bare)),
        Format::Json => json::scalars(bare),
    };
    let mut scan = match scalars {
        Ok(scalars) => Scan {
            findings: findings(plan, bare, &scalars),
            ..Scan::default()
        },
        Err(problem) => Scan {
            problems: plan
                .prefilter()
                .may_touch(bare.as_bytes())
                .then_some(problem)
                .into_iter()
                .collect(),
            ..Scan::default()
        },
    };
    Suppressions::of(bare).silence(bare, &mut scan);
    dotted::shift(&mut scan, bom);
    scan
}

/// Files that tools write and check by hash, the manifest, and names that only look like ours.
const NEVER: [&str; 9] = [
    "rehome.toml",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "pnpm-lock.yml",
    "conda-lock.yml",
    "conda-lock.yaml",
    "composer-lock.json",
    "packages.lock.json",
];

fn format(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    if NEVER.contains(&name.as_str()) {
        return None;
    }
    match name.as_str() {
        "pipfile" => return Some(Format::Toml),
        ".flake8" | ".coveragerc" | ".pylintrc" | "pylintrc" | ".env" => return Some(Format::Ini),
        _ if name.starts_with(".env.") => return Some(Format::Ini),
        _ => {}
    }
    match name.rsplit_once('.')?.1 {
        "toml" => Some(Format::Toml),
        "yaml" | "yml" => Some(Format::Yaml),
        "ini" | "cfg" | "conf" | "env" => Some(Format::Ini),
        "json" | "jsonc" | "json5" => Some(Format::Json),
        _ => None,
    }
}

/// Exact scalars as strings, and every other place that names a legacy path as a mention.
fn findings(plan: &Plan, text: &str, scalars: &[Scalar<'_>]) -> Vec<Finding> {
    let moved: Vec<_> = scalars
        .iter()
        .filter_map(|scalar| exact(plan, &scalar.value).map(|(path, to)| (scalar, path, to)))
        .collect();
    let crowded = match moved.iter().any(|(scalar, ..)| scalar.mapping.is_some()) {
        true => crowded_keys(plan, scalars),
        false => BTreeSet::new(),
    };
    let mut findings = Vec::new();
    for (scalar, path, replacement) in moved {
        let key = renamed(&scalar.value, &path, &replacement);
        let written = &text[scalar.range.clone()];
        // Where the string has escapes, or is a block, the path itself must stand as it is.
        let at = match *written == *scalar.value {
            true => Some(path.start),
            false => written.find(&scalar.value[path.clone()]),
        };
        let Some(at) = at else {
            let finding = replacement.finding(scalar.range.clone());
            findings.push(manual(finding, "the path is written with escapes"));
            continue;
        };
        let start = scalar.range.start + at;
        let finding = replacement.finding(start..start + path.len());
        findings.push(match scalar.mapping {
            Some(mapping) if crowded.contains(&(mapping, key)) => {
                manual(finding, "the new path is a key of the same table already")
            }
            _ => finding,
        });
    }
    if text.contains("!!python/") {
        findings.extend(python_tags(plan, text));
    }
    dotted::add_mentions(plan, text, &mut findings, &[]);
    findings
}

/// `!!python/object:a.b.C` of YAML, which is a path although it is no value.
fn python_tags(plan: &Plan, text: &str) -> Vec<Finding> {
    text.match_indices("!!python/")
        .filter_map(|(at, _)| {
            let rest = &text[at..];
            let tag = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
            let (kind, path) = tag.split_once(':')?;
            let path = path.trim_end_matches([',', ']', '}']);
            let start = at + kind.len() + 1;
            let replacement = dotted::exact(plan, path)?;
            Some(replacement.finding(start..start + path.len()))
        })
        .collect()
}

/// The names that two different keys of one mapping have once all that may move has moved.
fn crowded_keys(plan: &Plan, scalars: &[Scalar<'_>]) -> BTreeSet<(usize, String)> {
    let mut owners: BTreeMap<(usize, String), &str> = BTreeMap::new();
    let mut crowded = BTreeSet::new();
    for scalar in scalars {
        let Some(mapping) = scalar.mapping else {
            continue;
        };
        let name = match exact(plan, &scalar.value) {
            Some((path, replacement)) => renamed(&scalar.value, &path, &replacement),
            None => scalar.value.to_string(),
        };
        let place = (mapping, name);
        match owners.get(&place) {
            Some(owner) if *owner == scalar.value => {}
            Some(_) => {
                crowded.insert(place);
            }
            None => {
                owners.insert(place, &scalar.value);
            }
        }
    }
    crowded
}

fn renamed(value: &str, inside: &Range<usize>, replacement: &Replacement) -> String {
    format!(
        "{}{}{}",
        &value[..inside.start],
        replacement.text,
        &value[inside.end..]
    )
}

/// The value as one path, without blanks around it and without the extras of an entry point:
/// `a.b:C [extra]`.
fn exact(plan: &Plan, value: &str) -> Option<(Range<usize>, Replacement)> {
    let start = value.len() - value.trim_start().len();
    let mut path = value.trim();
    if let Some((object, extras)) = path.split_once('[')
        && object.contains(':')
        && extras.ends_with(']')
    {
        path = object.trim_end();
    }
    let replacement = dotted::exact(plan, path)?;
    Some((start..start + path.len(), replacement))
}

fn manual(mut finding: Finding, reason: &str) -> Finding {
    finding.edits.clear();
    finding.confidence = Confidence::Manual;
    finding.reason = Some(reason.to_owned());
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::EditSet;
    use crate::finding::Code;
    use crate::lang::dotted::tests::plan;

    fn scanned(name: &str, text: &str) -> Scan {
        scan(&plan(), &Source::new(name, text))
    }

    /// `before` with all strings moved; mentions stay.
    #[track_caller]
    fn check(name: &str, before: &str, after: &str) {
        let scan = scanned(name, before);
        assert_eq!(scan.problems, [], "{before}");
        let mut set = EditSet::default();
        for finding in &scan.findings {
            if finding.sites[0].code == Code::Text {
                set.add_all(&finding.edits).expect("disjoint");
            }
        }
        assert_eq!(set.apply(before), after);
    }

    /// How the findings of `text` are rated, in order.
    #[track_caller]
    fn check_kinds(name: &str, text: &str, wanted: &[(Code, Confidence)]) {
        let found: Vec<_> = scanned(name, text)
            .findings
            .iter()
            .map(|finding| (finding.sites[0].code, finding.confidence))
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn toml_values_and_quoted_keys_move() {
        check(
            "pyproject.toml",
            "\u{feff}# p.legacy\r\n[project.scripts]\r\nchat = \"a.b.legacy:Old.main\"  # é\r\n\
             x = 'p.legacy'\r\n[tool.y.\"p.legacy\"]\r\nl = [ \"p.legacy.z\" , '''a.b.legacy.Old''' ]\r\n\
             t = {\"p.legacy\" = 1, n = \"a.b.legacy\"}\r\n",
            "\u{feff}# p.legacy\r\n[project.scripts]\r\nchat = \"a.b.canon:New.main\"  # é\r\n\
             x = 'q.fresh'\r\n[tool.y.\"q.fresh\"]\r\nl = [ \"q.fresh.z\" , '''a.b.canon.New''' ]\r\n\
             t = {\"q.fresh\" = 1, n = \"a.b.legacy\"}\r\n",
        );
        check(
            "a.toml",
            "[[tool.mypy.overrides]]\nmodule = [\"p.legacy\", \"p.legacy.*\"]\n",
            "[[tool.mypy.overrides]]\nmodule = [\"q.fresh\", \"p.legacy.*\"]\n",
        );
        check(
            "Pipfile",
            "x = \"a.b.legacy:Old [extra, two]\"",
            "x = \"a.b.canon:New [extra, two]\"",
        );
    }

    #[test]
    fn yaml_scalars_of_every_style_move() {
        check(
            "a.yaml",
            "é: a.b.legacy.Old  # ü a.b.legacy.Old\nb: 'p.legacy'\nc: \"a.b.legacy:Old\"\n\
             d: &x a.b.legacy.Old\ne: *x\nf: !!str p.legacy\n\"p.legacy\": 1\np.legacy.k: 2\n\
             g: [p.legacy, {h: a.b.legacy.Old}, a.b.legacy:Old]\ni:\n  - p.legacy\n  -   p.legacy.y   \n\
             j: |\n  a.b.legacy.Old\nk: >-\n  p.legacy\nl: run p.legacy now\n? p.legacy.q\n: 1\n\
             ---\nm: !!python/name:a.b.legacy.Old\nn: p.legacy2\n...\n",
            "é: a.b.canon.New  # ü a.b.legacy.Old\nb: 'q.fresh'\nc: \"a.b.canon:New\"\n\
             d: &x a.b.canon.New\ne: *x\nf: !!str q.fresh\n\"q.fresh\": 1\nq.fresh.k: 2\n\
             g: [q.fresh, {h: a.b.canon.New}, a.b.canon:New]\ni:\n  - q.fresh\n  -   q.fresh.y   \n\
             j: |\n  a.b.canon.New\nk: >-\n  q.fresh\nl: run p.legacy now\n? q.fresh.q\n: 1\n\
             ---\nm: !!python/name:a.b.canon.New\nn: p.legacy2\n...\n",
        );
        check(
            "a.yml",
            "a:\tp.legacy\nb: \t 'p.legacy'\nc:\n-\tp.legacy\n-\td:\tp.legacy\t# p.legacy\n",
            "a:\tq.fresh\nb: \t 'q.fresh'\nc:\n-\tq.fresh\n-\td:\tq.fresh\t# p.legacy\n",
        );
        check(
            "a.yml",
            "a: a.b.legacy.Old.py\nb: a.b.legacy.Old.pyx\n",
            "a: a.b.legacy.Old.py\nb: a.b.canon.New.pyx\n",
        );
        check(
            "a.yml",
            "a: p.legacy\r\nb: 'p.legacy'\r\n",
            "a: q.fresh\r\nb: 'q.fresh'\r\n",
        );
    }

    #[test]
    fn json_strings_and_keys_move() {
        check(
            "logging.json",
            "{\"é\": \"a.b.legacy.Old\", \"p.legacy\": [\"p.legacy\", \"json\"], \"a.b.legacy\": 1}",
            "{\"é\": \"a.b.canon.New\", \"q.fresh\": [\"q.fresh\", \"json\"], \"a.b.legacy\": 1}",
        );
        check(
            "a.jsonc",
            "// p.legacy\n{ 'a': 'p.legacy', /* p.legacy */ b: \"a.b.legacy:Old\", }",
            "// p.legacy\n{ 'a': 'q.fresh', /* p.legacy */ b: \"a.b.canon:New\", }",
        );
        check("a.json", "", "");
    }

    #[test]
    fn ini_values_lists_and_sections_move() {
        check(
            "setup.cfg",
            "[options.entry_points]\nconsole_scripts =\n    chat = a.b.legacy:Old\n    two=p.legacy:x [extra]\n\
             [mypy-p.legacy]\n[mypy-x.y,mypy-p.legacy.z]\n[mypy-p.legacy.*]\n[logger_p.legacy]\n\
             qualname = p.legacy\nplugins = p.legacy, other.one\n  a.b.legacy.Old\n  # p.legacy\n\
             list=a.b.legacy.Old,p.legacy\nname : a.b.legacy.Old  ; one\n",
            "[options.entry_points]\nconsole_scripts =\n    chat = a.b.canon:New\n    two=q.fresh:x [extra]\n\
             [mypy-q.fresh]\n[mypy-x.y,mypy-q.fresh.z]\n[mypy-p.legacy.*]\n[logger_p.legacy]\n\
             qualname = q.fresh\nplugins = q.fresh, other.one\n  a.b.canon.New\n  # p.legacy\n\
             list=a.b.canon.New,q.fresh\nname : a.b.canon.New  ; one\n",
        );
        check(
            "tox.ini",
            "[testenv]\r\nsetenv =\r\n  DJANGO_SETTINGS_MODULE = p.legacy\r\nenv = X=p.legacy\r\n\
             commands = python -m p.legacy\r\ndescription = see p.legacy\r\n",
            "[testenv]\r\nsetenv =\r\n  DJANGO_SETTINGS_MODULE = q.fresh\r\nenv = X=q.fresh\r\n\
             commands = python -m p.legacy\r\ndescription = see p.legacy\r\n",
        );
        check(
            ".env",
            "export S=\"p.legacy\"\nT='p.legacy'\nU=p.legacy #x\n",
            "export S=\"q.fresh\"\nT='q.fresh'\nU=q.fresh #x\n",
        );
        check(
            "importlinter.ini",
            "ignore_imports =\n    p.legacy.x -> a.b\np.legacy = 1\n",
            "ignore_imports =\n    q.fresh.x -> a.b\nq.fresh = 1\n",
        );
    }

    #[test]
    fn longer_text_and_comments_are_mentions() {
        const MENTION: (Code, Confidence) = (Code::Mention, Confidence::Likely);
        let both = [MENTION, MENTION];
        check_kinds("a.toml", "x = 'python -m p.legacy' # p.legacy\n", &both);
        check_kinds("a.yaml", "x: python -m p.legacy # p.legacy\n", &both);
        check_kinds("a.json", "{\"x\": \"python -m p.legacy\"}", &[MENTION]);
        check_kinds("a.ini", "[mypy-p.legacy.*]\n", &[MENTION]);
    }

    #[test]
    fn what_cannot_be_edited_is_reported() {
        const MANUAL: (Code, Confidence) = (Code::Text, Confidence::Manual);
        check_kinds("a.toml", "x = \"\\u0070.legacy\"\n", &[MANUAL]);
        check_kinds("a.json", "{\"x\": \"\\u0070.legacy\"}", &[MANUAL]);
        check_kinds("a.yaml", "x: \"\\x70.legacy\"\n", &[MANUAL]);
        check_kinds("a.json", "{\"p.legacy\": 1, \"q.fresh\": 2}", &[MANUAL]);
        check_kinds("a.yaml", "p.legacy: 1\nq.fresh: 2\n", &[MANUAL]);
        check_kinds("a.ini", "[a]\np.legacy=1\nq.fresh=2\n", &[MANUAL]);
        check_kinds("a.toml", "'p.legacy' = 1\n'q.fresh' = 2\n", &[MANUAL]);
    }

    #[test]
    fn a_key_of_another_table_is_no_collision() {
        const LIKELY: (Code, Confidence) = (Code::Text, Confidence::Likely);
        check_kinds("a.json", "[{\"p.legacy\": 1}, {\"q.fresh\": 2}]", &[LIKELY]);
        check_kinds("a.yaml", "- p.legacy: 1\n- q.fresh: 2\n", &[LIKELY]);
        check_kinds("a.ini", "[a]\np.legacy=1\n[b]\nq.fresh=2\n", &[LIKELY]);
        check_kinds(
            "a.toml",
            "[a.'p.legacy'.x]\n[a.'p.legacy'.y]\n",
            &[LIKELY, LIKELY],
        );
    }

    #[test]
    fn a_comment_silences_its_line() {
        check_kinds("a.yaml", "a: p.legacy  # rehome: ignore[RH003] kept\n", &[]);
        check_kinds(
            "a.toml",
            "# rehome: ignore[move-p.legacy]\na = 'p.legacy'\n",
            &[],
        );
        check_kinds(
            "a.jsonc",
            "{\"a\": \"p.legacy\"} // rehome: ignore[RH003]\n",
            &[],
        );
    }

    #[test]
    fn a_broken_file_that_may_hold_a_reference_is_a_problem() {
        for (name, text) in [
            ("a.toml", "x = [ 'p.legacy'\n[b"),
            ("a.yaml", "x: [p.legacy\ny: }\n"),
            ("a.json", "{\"x\": \"p.legacy\" \"y\": 1}"),
            ("a.json", "{\"x\": \"p.legacy\"} {}"),
        ] {
            let scan = scanned(name, text);
            assert_eq!(scan.findings, [], "{text}");
            assert_eq!(scan.problems.len(), 1, "{text}");
            let without = scanned(name, &text.replace("legacy", "other"));
            assert_eq!(without.problems, [], "{text}");
        }
    }

    #[test]
    fn deep_and_long_files_neither_overflow_nor_hang() {
        for depth in [200, 100_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("{a=", "}")] {
                let nested = format!("{}'p.legacy'{}", open.repeat(depth), close.repeat(depth));
                scanned("a.json", &nested);
                scanned("a.yaml", &nested);
                scanned("a.toml", &format!("x = {nested}"));
            }
        }
        scanned("a.yaml", &"- ".repeat(20_000));
        scanned("a.yaml", &"? ".repeat(20_000));
        scanned("a.toml", &format!("[{}b]", "a.".repeat(50_000)));
        scanned("a.ini", &"[".repeat(100_000));
        scanned("a.ini", &"a = b.c, ".repeat(50_000));
        scanned("a.yaml", &"é: p.legacy\n".repeat(20_000));
    }

    #[test]
    fn locks_and_the_manifest_are_never_read() {
        for name in [
            "rehome.toml",
            "package-lock.json",
            "poetry.lock",
            "a.py",
            "x/Makefile",
        ] {
            assert!(!Config.claims(Path::new(name), b""), "{name}");
        }
        for name in [
            "x/pyproject.toml",
            "A.YML",
            ".flake8",
            "Pipfile",
            ".env.test",
            "log.conf",
        ] {
            assert!(Config.claims(Path::new(name), b""), "{name}");
        }
    }
}
