//! Notebooks: the code cells as one Python text, and every edit back into the JSON that holds them.
//!
//! Only bytes of source lines change: outputs, metadata, magics and the JSON's layout stay.

use std::ops::Range;

use jsonc_parser::ast::{Array, Object, ObjectPropName, StringLit, Value};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use ruff_text_size::{TextRange, TextSize};

use super::Module;
use super::read::{Flavor, facts};
use crate::edit::Edit;
use crate::finding::{Finding, Problem, Scan};
use crate::lang::markdown::Markdown;
use crate::lang::{Document, Language as _, Sense};
use crate::plan::Plan;
use crate::project::{FileId, Project};
use crate::source::Source;

/// Cell magics whose cell is Python all the same.
const PYTHON_MAGICS: &[&str] = &[
    "capture", "lprun", "memit", "mprun", "prun", "pypy", "python", "python3", "time", "timeit",
];

/// A notebook that was read.
pub(super) struct Notebook {
    code: Source,
    module: Module,
    cells: Cells,
    /// The cells of Markdown, each a document of its own.
    prose: Vec<(Source, Cells)>,
    problems: Vec<Problem>,
}

/// Reads a notebook; one that is none is read as a notebook without cells, and a problem.
pub(super) fn read(source: &Source) -> Notebook {
    let mut cells = Cells::default();
    let mut prose = Vec::new();
    let mut problems = Vec::new();
    if let Err(problem) = collect(source.text(), &mut cells, &mut prose) {
        problems.push(problem);
    }
    let document = |cells: Cells| (Source::new("cell.md", cells.text.clone()), cells);
    let prose = prose.into_iter().map(document).collect();
    let code = source.with_text(cells.text.clone());
    let facts = facts(code.text(), &Flavor::Notebook(cells.ranges.clone()));
    Notebook {
        module: Module {
            facts,
            is_stub: false,
            part: None,
        },
        code,
        cells,
        prose,
        problems,
    }
}

impl Document for Notebook {
    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        let scan = self.module.scan(plan, project, file, &self.code);
        let findings = scan
            .findings
            .into_iter()
            .map(|finding| self.cells.placed(finding, source));
        let prose = self.prose.iter().flat_map(|(document, cells)| {
            let text = Markdown.read(document, plan, project, None);
            let scan = text.scan(plan, project, None, document);
            let findings = scan.findings.into_iter();
            findings.map(|finding| cells.placed(finding, source))
        });
        let mut findings: Vec<Finding> = findings.chain(prose).collect();
        findings.sort_by_key(Finding::start);
        let problems = scan.problems.into_iter().map(|problem| Problem {
            offset: self.cells.start(problem.offset),
            ..problem
        });
        Scan {
            findings,
            silenced: Vec::new(),
            problems: self.problems.iter().cloned().chain(problems).collect(),
        }
    }

    fn senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        source: &Source,
    ) -> Vec<(usize, Sense<'_>)> {
        let senses = self.module.senses(plan, project, file, source);
        let senses = senses.into_iter();
        senses
            .map(|(at, sense)| (self.cells.start(at), sense))
            .collect()
    }
}

/// The code of all cells, and where each of its bytes stands in the JSON.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    /// The code cells, one byte apart.
    ranges: Vec<TextRange>,
    /// Pieces of `text` in order.
    runs: Vec<Run>,
    lines: Vec<Line>,
}

/// Some text that stands in the JSON as it is, or one escape.
#[derive(Debug)]
struct Run {
    code: Range<usize>,
    json: Range<usize>,
}

/// One string of a list of source lines.
#[derive(Debug)]
struct Line {
    code: Range<usize>,
    /// The string with its quotes.
    json: Range<usize>,
    /// Where the string before it ends, and the one after it begins.
    before: Option<usize>,
    after: Option<usize>,
}

/// Reads the cells of code, and each cell of Markdown for itself.
fn collect(json: &str, code: &mut Cells, prose: &mut Vec<Cells>) -> Result<(), Problem> {
    let bom = json.len() - json.trim_start_matches('\u{feff}').len();
    let options = ParseOptions {
        allow_comments: false,
        allow_trailing_commas: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(&json[bom..], &CollectOptions::default(), &options);
    let root = parsed.map_err(|error| Problem {
        offset: error.range().start + bom,
        message: format!("not a notebook: {}", error.kind()),
    })?;
    let Some(Value::Object(root)) = root.value else {
        return Err(Problem {
            offset: 0,
            message: "not a notebook: no object".to_owned(),
        });
    };
    let Some(cells) = root.get_array("cells") else {
        return Ok(());
    };
    let is_python = is_python(&root);
    for cell in &cells.elements {
        let Value::Object(cell) = cell else { continue };
        let kind = cell.get_string("cell_type");
        match kind.map_or("", |kind| &kind.value) {
            "code" if is_python && speaks_python(cell) => code.add(cell, json, bom, Kind::Code),
            "markdown" => {
                let mut document = Cells::default();
                document.add(cell, json, bom, Kind::Prose);
                prose.push(document);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the kernel of a notebook is one of Python, as far as the notebook says.
fn is_python(root: &Object<'_>) -> bool {
    let Some(metadata) = root.get_object("metadata") else {
        return true;
    };
    let said = [("kernelspec", "language"), ("language_info", "name")];
    let mut said = said
        .into_iter()
        .filter_map(|(of, key)| metadata.get_object(of)?.get_string(key))
        .peekable();
    said.peek().is_none() || said.any(|language| is_name_of_python(&language.value))
}

/// Whether a cell of code is one of Python: an editor may mix languages.
fn speaks_python(cell: &Object<'_>) -> bool {
    let vscode = cell
        .get_object("metadata")
        .and_then(|metadata| metadata.get_object("vscode"));
    let language = vscode.and_then(|vscode| vscode.get_string("languageId"));
    language.is_none_or(|language| is_name_of_python(&language.value))
}

fn is_name_of_python(language: &str) -> bool {
    language.to_ascii_lowercase().contains("python")
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Prose,
}

impl Cells {
    /// A finding of the text, with its places and edits in the JSON.
    fn placed(&self, finding: Finding, source: &Source) -> Finding {
        let sites = finding.sites.into_iter().map(|site| crate::finding::Site {
            range: self.range(&site.range),
            ..site
        });
        Finding {
            sites: sites.collect(),
            edits: finding
                .edits
                .iter()
                .map(|edit| self.edit(edit, source.text()))
                .collect(),
            ..finding
        }
    }

    /// The text of a cell.
    fn add(&mut self, cell: &Object<'_>, json: &str, bom: usize, kind: Kind) {
        let mut properties = cell.properties.iter();
        let source = properties.find(|property| match &property.name {
            ObjectPropName::String(name) => name.value == "source",
            ObjectPropName::Word(_) => false,
        });
        let strings = match source.map(|property| &property.value) {
            Some(Value::Array(lines)) => strings(lines).map(|strings| (strings, true)),
            Some(Value::StringLit(text)) => Some((vec![text], false)),
            _ => None,
        };
        let Some((strings, is_list)) = strings else {
            return;
        };
        let first = strings.first().map_or("", |text| text.value.trim_start());
        if kind == Kind::Code
            && let Some(magic) = first.strip_prefix("%%")
        {
            let name = magic.split_whitespace().next().unwrap_or_default();
            if !PYTHON_MAGICS.contains(&name) {
                return; // another language's
            }
        }
        self.add_cell(&strings, json, bom, is_list);
    }

    fn add_cell(&mut self, strings: &[&StringLit<'_>], json: &str, bom: usize, is_list: bool) {
        if !self.ranges.is_empty() {
            self.text.push('\n');
        }
        let cell = self.text.len();
        for (at, text) in strings.iter().enumerate() {
            let start = self.text.len();
            let span = |text: &StringLit<'_>| text.range.start + bom..text.range.end + bom;
            self.add_string(json, span(text));
            if is_list {
                self.lines.push(Line {
                    code: start..self.text.len(),
                    json: span(text),
                    before: at.checked_sub(1).map(|before| span(strings[before]).end),
                    after: strings.get(at + 1).map(|after| span(after).start),
                });
            }
        }
        let size = |at: usize| TextSize::try_from(at).unwrap_or(TextSize::new(u32::MAX));
        self.ranges
            .push(TextRange::new(size(cell), size(self.text.len())));
    }

    /// Decodes one string of the JSON, `quoted` with its quotes, and notes where its parts stand.
    fn add_string(&mut self, json: &str, quoted: Range<usize>) {
        let inside = quoted.start + 1..quoted.end.saturating_sub(1).max(quoted.start + 1);
        let mut at = inside.start;
        while at < inside.end {
            let rest = &json[at..inside.end];
            let plain = rest.find('\\').unwrap_or(rest.len());
            if plain > 0 {
                self.add_run(&rest[..plain], at..at + plain);
                at += plain;
                continue;
            }
            let (decoded, length) = escape(rest);
            let mut buffer = [0; 4];
            self.add_run(decoded.encode_utf8(&mut buffer), at..at + length);
            at += length;
        }
    }

    fn add_run(&mut self, text: &str, json: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.runs.push(Run {
            code: start..self.text.len(),
            json,
        });
    }

    /// Where the byte at `offset` begins in the JSON.
    fn start(&self, offset: usize) -> usize {
        let run = self.runs.partition_point(|run| run.code.end <= offset);
        match self.runs.get(run) {
            Some(run) if run.code.start <= offset => run.json.start + (offset - run.code.start),
            // The byte between two cells, or the end.
            _ => self.runs[..run].last().map_or(0, |run| run.json.end),
        }
    }

    /// Where the byte before `offset` ends in the JSON.
    fn end(&self, offset: usize) -> usize {
        let run = self.runs.partition_point(|run| run.code.end < offset);
        match self.runs.get(run) {
            Some(run) if run.code.start < offset && offset == run.code.end => run.json.end,
            Some(run) if run.code.start < offset => run.json.start + (offset - run.code.start),
            _ => self.start(offset),
        }
    }

    fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        start..self.end(range.end).max(start)
    }

    /// An edit of the code as an edit of the JSON.
    fn edit(&self, edit: &Edit, json: &str) -> Edit {
        if edit.start == edit.end {
            // A line of its own before a line that is a string of its own.
            let line = self.lines.iter().find(|line| line.code.start == edit.start);
            if let (Some(line), Some(text)) = (line, edit.text.strip_suffix('\n')) {
                let lines = text.split('\n').map(|text| {
                    let text = self.encoded(text, edit.start, json);
                    format!("\"{text}\\n\",{}", margin(json, line))
                });
                return Edit::insert(line.json.start, lines.collect::<String>());
            }
            let at = self.end(edit.start);
            return Edit::insert(at, self.encoded(&edit.text, edit.start, json));
        }
        // A line that goes as a whole takes its string along.
        let whole = self.lines.iter().find(|line| line.code == edit.range());
        if let Some(line) = whole.filter(|_| edit.text.is_empty()) {
            return Edit::delete(match (line.after, line.before) {
                (Some(after), _) => line.json.start..after,
                (None, Some(before)) => before..line.json.end,
                (None, None) => line.json.start + 1..line.json.end - 1,
            });
        }
        Edit::replace(
            self.range(&edit.range()),
            self.encoded(&edit.text, edit.start, json),
        )
    }

    /// Text as it stands inside a string of the JSON; a line break begins a new string where lines
    /// are strings of their own.
    fn encoded(&self, text: &str, at: usize, json: &str) -> String {
        let line = self
            .lines
            .iter()
            .find(|line| line.code.start <= at && at <= line.code.end);
        let line_break = match line {
            None => "\\n".to_owned(),
            Some(line) => format!("\\n\",{}\"", margin(json, line)),
        };
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\n' => out.push_str(&line_break),
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => out.push(c),
            }
        }
        out
    }
}

/// The lines of a list, if it is one of strings.
fn strings<'a, 'j>(lines: &'a Array<'j>) -> Option<Vec<&'a StringLit<'j>>> {
    let strings = lines.elements.iter().map(|line| match line {
        Value::StringLit(text) => Some(text),
        _ => None,
    });
    strings.collect()
}

/// The blanks before a string of a list.
fn margin<'j>(json: &'j str, line: &Line) -> &'j str {
    let before = &json[..line.json.start];
    &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..]
}

/// The character that an escape stands for, and the escape's length.
fn escape(text: &str) -> (char, usize) {
    let hex = |at: usize| {
        text.get(at..at + 4)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let simple = match text.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(high) = hex(2) else {
                return ('\u{fffd}', 2);
            };
            // Two halves of one character.
            if (0xd800..0xdc00).contains(&high)
                && text.get(6..8) == Some("\\u")
                && let Some(low) = hex(8)
            {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
                return (char::from_u32(code).unwrap_or('\u{fffd}'), 12);
            }
            return (char::from_u32(high).unwrap_or('\u{fffd}'), 6);
        }
        Some(other) if other.is_ascii() => char::from(*other),
        _ => return ('\u{fffd}', 1),
    };
    (simple, 2)
}
