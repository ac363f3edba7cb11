//! Comments that silence a finding: `rehome: ignore[RH003] reason`, in any comment syntax.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Scan};

/// What introduces a comment in the formats that are not parsed for theirs.
const OPENERS: [&str; 6] = ["#", "<!--", "//", "/*", ";", ".."];

/// What all of them say.
const MARKER: &str = "rehome:";

/// The comments of one text, by the line they speak of.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    /// Start of a line, to the codes and ids that are ignored in it.
    lines: BTreeMap<usize, Vec<String>>,
}

impl Suppressions {
    /// Finds them: a comment speaks of its own line and, standing alone, of the next one.
    pub(crate) fn of(text: &str) -> Self {
        let mut found = Self::default();
        for at in memchr::memmem::find_iter(text.as_bytes(), MARKER) {
            let start = line_start(text, at);
            let before = text[start..at].trim_end();
            let Some(opener) = OPENERS.into_iter().find(|it| before.ends_with(it)) else {
                continue;
            };
            let Some(names) = names(&text[at + MARKER.len()..]) else {
                continue;
            };
            found.add(start, &names);
            let alone = before[..before.len() - opener.len()]
                .chars()
                .all(|c| c.is_whitespace() || matches!(c, '>' | '\u{feff}'));
            if let (true, Some(next)) = (alone, next_line(text, at)) {
                found.add(next, &names);
            }
        }
        found
    }

    /// Takes the findings aside in `scan` that a comment silences.
    pub(crate) fn silence(&self, text: &str, scan: &mut Scan) {
        self.set_aside(scan, |finding| self.covers(text, finding.start(), finding));
    }

    /// The same of those of which a comment names any part: the rest of them stays with it.
    pub(crate) fn silence_whole(&self, text: &str, scan: &mut Scan) {
        self.set_aside(scan, |finding| self.stops(text, finding));
    }

    fn set_aside(&self, scan: &mut Scan, is_silenced: impl Fn(&Finding) -> bool) {
        if !self.lines.is_empty() {
            let (silenced, rest) = std::mem::take(&mut scan.findings)
                .into_iter()
                .partition(is_silenced);
            scan.findings = rest;
            scan.silenced.extend::<Vec<Finding>>(silenced);
        }
    }

    /// Whether a comment names a part of the finding that stands on another line.
    pub(crate) fn stops(&self, text: &str, finding: &Finding) -> bool {
        let mut sites = finding.sites.iter();
        sites.any(|site| self.names(text, site.range.start, site.code, &site.move_id))
    }

    /// Whether a comment about the line of `offset` names a reference of this code and move.
    pub(crate) fn names(&self, text: &str, offset: usize, code: Code, id: &str) -> bool {
        // Finding the line is dear where a text is one long line.
        if self.lines.is_empty() {
            return false;
        }
        let names = self.lines.get(&line_start(text, offset));
        names.is_some_and(|names| {
            names.is_empty() || names.iter().any(|name| name == code.as_str() || name == id)
        })
    }

    /// Whether a comment about the line of `offset` names the finding.
    pub(crate) fn covers(&self, text: &str, offset: usize, finding: &Finding) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        let Some(names) = self.lines.get(&line_start(text, offset)) else {
            return false;
        };
        let named = |name: &str| names.iter().any(|it| it == name);
        names.is_empty()
            || finding
                .sites
                .iter()
                .all(|site| named(site.code.as_str()) || named(&site.move_id))
    }

    fn add(&mut self, line: usize, names: &[String]) {
        self.lines.entry(line).or_default().extend_from_slice(names);
    }
}

/// The codes and ids in the brackets after ` ignore`; none where there are no brackets.
fn names(rest: &str) -> Option<Vec<String>> {
    let rest = rest
        .trim_start_matches([' ', '\t'])
        .strip_prefix("ignore")?;
    let Some(list) = rest.strip_prefix('[') else {
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        return ends.then(Vec::new);
    };
    let (list, _) = list.split_once(']')?;
    let names: Vec<_> = list
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    (!names.is_empty()).then_some(names)
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

fn next_line(text: &str, offset: usize) -> Option<usize> {
    let end = offset + text[offset..].find(['\n', '\r'])?;
    match text[end..].starts_with("\r\n") {
        true => Some(end + 2),
        false => Some(end + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use crate::finding::{Confidence, Site};

    #[track_caller]
    fn check(text: &str, ignored: bool) {
        let at = text.find("a.b.C").expect("the path");
        let finding = Finding {
            sites: vec![Site {
                code: Code::Text,
                range: at..at + 5,
                move_id: "manager".to_owned(),
                from: String::new(),
                to: String::new(),
                reason: None,
            }],
            edits: vec![Edit::delete(at..at + 5)],
            confidence: Confidence::Likely,
            reason: None,
            renames: Vec::new(),
            requires: None,
            blocked: None,
            imports: Vec::new(),
        };
        let covers = Suppressions::of(text).covers(text, at, &finding);
        assert_eq!(covers, ignored, "{text}");
    }

    #[test]
    fn a_code_or_an_id_in_brackets_silences_its_line() {
        check(
            "x: a.b.C  # rehome: ignore[RH003] kept for old clients",
            true,
        );
        check("x: a.b.C  #rehome:ignore[RH001, manager]", true);
        check("x = a.b.C ; rehome: ignore", true);
        check("<!-- rehome: ignore[RH003] why -->\r\n`a.b.C`", true);
        check("> <!-- rehome: ignore[RH003] -->\n> `a.b.C`", true);
        check(".. rehome: ignore[RH003]\n``a.b.C``", true);
    }

    #[test]
    fn another_code_line_or_text_silences_nothing() {
        check("x: a.b.C  # rehome: ignore[RH001]", false);
        check("x: a.b.C  # rehome: ignore[]", false);
        check("x: a.b.C  # rehome: ignored", false);
        check("x: a.b.C  rehome: ignore[RH003]", false);
        check("y: 1  # rehome: ignore[RH003]\nx: a.b.C", false);
        check("# rehome: ignore[RH003]\n\nx: a.b.C", false);
    }
}
