//! Fences that continue one another: a document imports a name once, and uses it further down.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Scan};

/// What fences of Python so far imported by a name that they no longer give.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The name, to the statement that imported it.
    imports: BTreeMap<String, String>,
}

impl Session {
    /// What Python says of a fence that can use the imports of those above it.
    pub(super) fn scan(&self, text: &str, code: &dyn Fn(&str) -> Scan) -> Scan {
        let scan = code(text);
        let is_own = |name: &str| {
            let mut sites = scan.findings.iter().flat_map(|finding| &finding.sites);
            sites.any(|site| site.code == Code::Import && text[site.range.clone()] == *name)
        };
        let above: Vec<&str> = self
            .imports
            .iter()
            .filter(|(name, _)| text.contains(name.as_str()) && !is_own(name))
            .map(|(_, statement)| statement.as_str())
            .collect();
        if above.is_empty() || !scan.problems.is_empty() {
            return scan;
        }
        // Behind `pass`, imports of the fence are sorted among themselves.
        let above = format!("{}\npass\n", above.join("\n"));
        let mut scan = code(&format!("{above}{text}"));
        for finding in &mut scan.findings {
            let offset = above.len();
            finding.sites.retain(|site| site.range.start >= offset);
            finding.edits.retain(|edit| edit.start >= offset);
            for site in &mut finding.sites {
                site.range = site.range.start - offset..site.range.end - offset;
            }
            for edit in &mut finding.edits {
                edit.start -= offset;
                edit.end -= offset;
            }
        }
        scan.findings.retain(|finding| !finding.sites.is_empty());
        scan
    }

    /// Takes over what a finding of a fence imports by another name from now on.
    pub(super) fn note(&mut self, renamed: Vec<(String, String)>) {
        self.imports.extend(renamed);
    }
}

/// The names that a finding in a fence gives up, each with the statement that imported it.
pub(super) fn renamed(text: &str, finding: &Finding) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for site in &finding.sites {
        let Some((module, name)) = site.from.rsplit_once('.') else {
            continue;
        };
        let kept = format!(" as {name}");
        let has_alias = text[site.range.end..].trim_start().starts_with("as ");
        let is_renamed = site.code == Code::Import
            && !has_alias
            && text[site.range.clone()] == *name
            && site.to.rsplit('.').next() != Some(name)
            && !finding.edits.iter().any(|edit| edit.text.contains(&kept));
        if is_renamed {
            names.push((name.to_owned(), format!("from {module} import {name}")));
        }
    }
    names
}
