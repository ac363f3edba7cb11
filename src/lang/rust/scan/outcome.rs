//! Everything that was decided, as findings.

use std::collections::BTreeMap;

use super::{Work, finding, manual, site};
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::facts::Shape;
use crate::lang::rust::imports::{self, Rewritten};
use crate::lang::rust::split::Fate;
use crate::plan::Dialect;

impl Work<'_, '_> {
    /// Everything that was decided, as findings.
    pub(super) fn findings(mut self) -> Vec<Finding> {
        let names = self.names;
        // Uses of names that change.
        for (binding, new) in std::mem::take(&mut self.renamed) {
            let Some((index, nth, ..)) = names.leaf_of(binding) else {
                continue;
            };
            let leads = names.leaf(index, nth);
            let mv = self.moving.get(&(index, nth)).map(|moving| moving.mv);
            let mv = mv.or_else(|| names.knows(leads.as_ref()?.path()));
            for (at, word) in self.of_binding.get(&binding).cloned().unwrap_or_default() {
                let Some(it) = self
                    .uses
                    .get(at)
                    .filter(|_| !self.is_written_from(at, word))
                else {
                    continue;
                };
                if let Some(reason) = it.path.shape.untouchable() {
                    self.manual.push((at, reason.to_owned()));
                    continue;
                }
                let edit = self.rename(it.path, word, &new);
                if let Some(mv) = mv.filter(|_| it.reached.moved.is_none()) {
                    let site = self.site(it.path, word, mv);
                    self.sites.entry(index).or_default().push(site);
                }
                self.use_edits
                    .entry(Some(index))
                    .or_default()
                    .push((at, edit));
            }
        }
        let mut findings = Vec::new();
        let lists = self.fate_lists();
        for group in imports::rewrite(names, &lists, &self.joined) {
            findings.extend(self.import_finding(group));
        }
        for (at, edit) in self.use_edits.remove(&None).unwrap_or_default() {
            let it = &self.uses[at];
            let (Some(word), path) = (it.reached.moved, it.path) else {
                continue;
            };
            let Some(mv) = names.knows(&it.reached.prefixes[word]) else {
                continue;
            };
            let confidence = match path.shape {
                Shape::Inline => Confidence::Likely,
                _ => Confidence::Certain,
            };
            let sites = vec![self.site(path, word, mv)];
            let reason = self.told.remove(&at).or_else(|| self.left_for_tokens(at));
            findings.push(finding(sites, vec![edit], confidence, reason));
        }
        findings.append(&mut self.left);
        findings.append(&mut self.alone);
        findings.extend(self.stars_left());
        findings.extend(self.ending_modules());
        findings.extend(self.unread_among_tokens());
        findings.extend(self.methods_left());
        findings.extend(self.made_paths());
        findings.extend(self.given_paths());
        findings.extend(self.given_crates());
        findings.extend(self.left_in_macros());
        findings.extend(self.doubtful());
        findings.extend(self.macro_lists());
        findings.extend(self.led_by_macros());
        findings.extend(self.relative_paths());
        findings.extend(self.behind_types());
        findings.extend(self.files_to_move());
        findings.extend(self.shared.iter().map(|&(index, nth, mv)| {
            let place = names.facts.statements[index].leaves[nth].at.clone();
            let reason = "something else of the name is re-exported by it as well, and stays";
            manual(site(Code::Import, place, mv), reason.to_owned())
        }));
        for (at, reason) in &self.manual {
            let it = &self.uses[*at];
            let word = it
                .reached
                .moved
                .or(it.reached.through.map(|(_, word)| word));
            let word = word.unwrap_or(0);
            let mv = names
                .lookup(&it.reached.prefixes[word])
                .map(|moved| moved.mv);
            if let Some(mv) = mv {
                findings.push(manual(self.site(it.path, word, mv), reason.clone()));
            }
        }
        findings
    }

    /// Declarations of modules whose files the manifest moves: that is the user's to do, and so is
    /// this line.
    fn files_to_move(&self) -> Vec<Finding> {
        let names = self.names;
        let mut found = Vec::new();
        for (module, name) in &names.facts.declared {
            let path = format!("{}::{}", names.module(*module), name.text);
            if let Some(mv) = names.knows(&path).filter(|mv| mv.with_files) {
                let to = mv.to.path(Dialect::Rust);
                let reason = format!(
                    "`move_files` is yours to do: the files of `{path}` go to `{to}`, and this line with them"
                );
                found.push(manual(site(Code::Usage, name.at.clone(), mv), reason));
            }
        }
        found
    }

    /// Paths that lead to something that moves in some configurations, and elsewhere in others.
    fn doubtful(&self) -> Vec<Finding> {
        let names = self.names;
        let uses = names.facts.paths.iter().filter_map(|path| {
            let (word, leads) = names.reach(path)?.doubt.clone()?;
            let place = path.start()..path.words[word].at.end;
            let code = match path.shape.is_in_docs() {
                true => Code::Text,
                false => Code::Usage,
            };
            Some((code, place, leads))
        });
        let leaves = names.facts.leaf_ids().filter_map(|(index, nth)| {
            let (_, leads) = names.leaf(index, nth)?.doubt.clone()?;
            let place = names.facts.statements[index].leaves[nth].at.clone();
            Some((Code::Import, place, leads))
        });
        let mut found = Vec::new();
        for (code, place, leads) in uses.chain(leaves) {
            if let Some(moved) = names.lookup(&leads) {
                let reason = format!("it is `{leads}` in some configurations only");
                found.push(manual(site(code, place, moved.mv), reason));
            }
        }
        found
    }

    /// The fates of all leaves of every statement of which something changes.
    pub(super) fn fate_lists(&self) -> BTreeMap<usize, Rewritten> {
        let mut lists: BTreeMap<usize, Rewritten> = BTreeMap::new();
        let statements = &self.names.facts.statements;
        let touched = self.fates.keys().map(|(index, _)| *index);
        for index in touched.chain(self.added.keys().copied()) {
            let leaves = statements[index].leaves.len();
            lists.entry(index).or_insert_with(|| Rewritten {
                fates: vec![Fate::Keep; leaves],
                added: Vec::new(),
            });
        }
        for (&(index, nth), fate) in &self.fates {
            if let Some(list) = lists.get_mut(&index) {
                list.fates[nth] = fate.clone();
            }
        }
        for (index, paths) in &self.added {
            if let Some(list) = lists.get_mut(index) {
                list.added.extend_from_slice(paths);
            }
        }
        lists
    }

    /// One finding for statements that change together, and for the uses of their names.
    pub(super) fn import_finding(&mut self, group: imports::Group) -> Option<Finding> {
        let mut edits = group.edits;
        let mut sites = Vec::new();
        let mut confidence = Confidence::Certain;
        for index in group.statements {
            let statement = &self.names.facts.statements[index];
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                if let Some(moving) = self.moving.get(&(index, nth)) {
                    let mut site = site(Code::Import, leaf.at.clone(), moving.mv);
                    let stays = self.fates.get(&(index, nth)) != Some(&Fate::Drop);
                    let says = stays || leaf.glob;
                    site.reason = self.reasons.remove(&(index, nth)).filter(|_| says);
                    sites.push(site);
                }
            }
            sites.extend(self.sites.remove(&index).unwrap_or_default());
            let uses = self.use_edits.remove(&Some(index)).unwrap_or_default();
            edits.extend(uses.into_iter().map(|(_, edit)| edit));
            if self.likely.contains(&index) || self.names.facts.broken {
                confidence = Confidence::Likely;
            }
        }
        sites.sort_by_key(|site| site.range.start);
        sites.dedup();
        edits.sort();
        edits.dedup();
        (!sites.is_empty()).then(|| finding(sites, edits, confidence, None))
    }
}
