//! The stub of a legacy module: what type checkers see of its names.
//!
//! `from new import New as New` gives on whatever it is: a type variable, a generic alias, a `Final`,
//! none of which an assignment can repeat. `from new import New as Old` gives it on only where
//! `__all__` has it; of a class that has another name now, `Old = new.New` does in silence, and
//! without `TypeAlias` a generic class stays one to pyright. A function
//! with its signature is declared deprecated, which mypy and pyright flag.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::modules::{LegacyModule, MovedName};
use super::python::{WIDTH, quoted};
use super::survey::Survey;
use crate::generated::sealed;
use crate::lang::python::{Signature, outline};
use crate::manifest::{Fault, Manifest};
use crate::plan::{Target, under};
use crate::project::{FileId, ModulePath, Outline, OutlineImport};

/// What a module gave on, it gives on: pyright is not to find fault with that.
const PRIVATE: &str = "# pyright: reportPrivateUsage=false";

/// What code may bind that is of its own module: the runtime's `_OWN` has them among others.
const OWN: &[&str] = &[
    "__all__",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__dir__",
    "__doc__",
    "__file__",
    "__getattr__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
    "__warningregistry__",
];

/// mypy takes an import of `deprecated`, by whatever name, for one of a moved thing called so.
const DECORATOR_BY_PATH: &str = "_typing_extensions.deprecated";

/// How a class is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Classes {
    /// The same class by another name: right everywhere, and flagged by nobody.
    Alias,
    /// A deprecated subclass: flagged, and not the same class to a type checker.
    Subclass,
}

/// The signatures of functions, by the index of each move.
pub(super) struct Signatures(BTreeMap<usize, Signature>);

impl Signatures {
    /// Those of the names that left modules, and what is wrong in the others.
    pub(super) fn of(manifest: &Manifest, modules: &[LegacyModule]) -> (Self, Vec<Fault>) {
        let names = modules.iter().flat_map(|module| module.names.values());
        // The signature is that of the move itself, not of a name that its module renames.
        let functions = names.filter(|name| name.kind.as_deref() == Some("function"));
        let moves: BTreeSet<usize> = functions.map(|name| name.spec).collect();
        let mut signatures = BTreeMap::new();
        let mut faults = Vec::new();
        for at in moves {
            let spec = manifest.moves[at].python.as_ref();
            let Some((spec, text)) = spec.and_then(|spec| Some((spec, spec.signature.as_ref()?)))
            else {
                continue;
            };
            match Signature::parse(text) {
                Ok(signature) => {
                    signatures.insert(at, signature);
                }
                Err(why) => faults.push(Fault::new(spec.signature_span.clone(), why)),
            }
        }
        (Self(signatures), faults)
    }

    /// That of a name.
    fn get(&self, moved: &MovedName) -> Option<&Signature> {
        let is_function = moved.kind.as_deref() == Some("function");
        is_function.then(|| self.0.get(&moved.spec)).flatten()
    }
}

/// The stub's text.
pub(super) fn stub(
    signatures: &Signatures,
    survey: &Survey<'_>,
    module: &LegacyModule,
    classes: Classes,
) -> String {
    let mut public = Public::of(survey, module);
    let taken = module.names.keys().cloned();
    let taken = taken.chain(
        public
            .iter()
            .flat_map(|public| public.bound.iter().cloned()),
    );
    let mut declared = Declarations::new(taken.collect());
    let style = Style {
        classes,
        decorator: declared.decorator("deprecated"),
        width: WIDTH,
        has_all: public.is_some(),
    };
    let mut submodules = declared.submodules(survey, module, public.as_ref());
    if let Some(public) = &mut public {
        public.leave(&mut submodules, gives_twice(survey, module));
    }
    for name in &submodules {
        declared.give(".", name, name);
    }
    for (name, moved) in &module.names {
        if !submodules.contains(name.as_str()) {
            declared.name(signatures, survey, module, (name, moved), style);
        }
    }
    if let (Some(target), Some(public)) = (&module.target, &public) {
        public.give(&mut declared, target, module);
    }
    let names_all = public.as_ref().is_some_and(|public| public.names_all);
    let target = module.target.as_ref().filter(|_| !names_all);
    let star = target.map(|target| format!("from {target} import *  # noqa: F403"));
    let public = public
        .filter(|_| declared.renames)
        .map(|public| public.names);
    sealed("#", &text(&declared, style, star, public))
}

/// Whether a name that leads elsewhere has left the canonical module as well: the live shim there
/// gives it to a star.
fn gives_twice(survey: &Survey<'_>, module: &LegacyModule) -> bool {
    module.target.as_ref().is_some_and(|target| {
        let mut names = module.names.keys();
        names.any(|name| survey.plan.lookup(&format!("{target}.{name}")).is_some())
    })
}

/// What a stub of the user's lacks that stands in the place of a generated one.
pub(super) fn lack(survey: &Survey<'_>, module: &LegacyModule, path: &Path) -> Option<String> {
    let source = survey.source(path).ok().flatten();
    let outline = source.and_then(|source| outline(&source));
    let public = Public::of(survey, module).map(|public| public.names);
    let mut names = public.unwrap_or_default();
    names.extend(module.names.keys().cloned());
    if let Some(outline) = &outline {
        let stars = outline.imports.iter().filter(|import| import.star);
        let mut given = stars.flat_map(|import| survey.project.absolute(None, &import.module));
        let gives_all = given.any(|given| module.target.as_ref() == Some(&given));
        let is_own = |name: &String| module.names.contains_key(name);
        names.retain(|name| !outline.names.contains_key(name.as_str()));
        names.retain(|name| !outline.dynamic && (is_own(name) || !gives_all));
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let some = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(3) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = "type checkers read this stub of yours, which lacks names that moved";
    (!names.is_empty())
        .then(|| format!("{why}, {some}{more}: declare them, or delete it, and one is generated"))
}

/// How names are declared, in a stub and elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) classes: Classes,
    /// What `deprecated` is called there.
    pub(super) decorator: &'static str,
    /// How wide a line may be.
    pub(super) width: usize,
    /// Whether `__all__` may say what is given on.
    pub(super) has_all: bool,
}

/// What declares the names of a module that lead elsewhere.
pub(super) struct Declarations {
    /// Names of the module, which no import may bind to something else.
    taken: BTreeSet<String>,
    /// Modules whose paths are written out.
    modules: BTreeSet<String>,
    /// What is imported by name, and as what, of each module.
    given: BTreeMap<String, BTreeSet<(String, String)>>,
    /// Some of that has another name now, which is given on by `__all__` alone.
    renames: bool,
    /// Something is declared deprecated.
    deprecates: bool,
    /// Something private is given on.
    gives_private: bool,
    /// A line each.
    aliases: Vec<String>,
    /// Functions and classes.
    pub(super) definitions: Vec<String>,
    /// What the modules bind that names lead to.
    outlines: BTreeMap<String, Option<Outline>>,
}

impl Declarations {
    /// None so far, in a module that has these names.
    pub(super) fn new(taken: BTreeSet<String>) -> Self {
        Self {
            taken,
            modules: BTreeSet::new(),
            given: BTreeMap::new(),
            renames: false,
            deprecates: false,
            gives_private: false,
            aliases: Vec::new(),
            definitions: Vec::new(),
            outlines: BTreeMap::new(),
        }
    }

    /// Adds one name.
    pub(super) fn name(
        &mut self,
        signatures: &Signatures,
        survey: &Survey<'_>,
        module: &LegacyModule,
        (name, moved): (&str, &MovedName),
        style: Style,
    ) {
        let old = format!("{}.{name}", module.dotted);
        let deprecation = || deprecation(&old, &moved.to.dotted(), &moved.versions.since, style);
        if let Some(mut signature) = signatures.get(moved).cloned() {
            for path in &signature.paths.clone() {
                let (module, called) = self.module(module_of(survey, path));
                signature.rename(&module, &called);
            }
            self.deprecates = true;
            let function = function(name, &signature, style.width);
            self.definitions
                .push(format!("{}{function}", deprecation()));
            return;
        }
        let is_class = moved.kind.as_deref() == Some("class");
        if is_class && style.classes == Classes::Subclass {
            let to = self.path(survey, &moved.to);
            self.deprecates = true;
            self.definitions
                .push(format!("{}class {name}({to}): ...\n", deprecation()));
        } else {
            self.given_on(survey, (name, moved), style);
        }
    }

    /// Adds one name that is given on as it is.
    pub(super) fn given_on(
        &mut self,
        survey: &Survey<'_>,
        (name, moved): (&str, &MovedName),
        style: Style,
    ) {
        let to = &moved.to;
        let is_same = to.name.as_deref() == Some(name);
        let is_class = moved.kind.as_deref() == Some("class");
        let may_rename = style.has_all && !is_class && !name.starts_with('_');
        match &to.name {
            Some(new) if (is_same || may_rename) && !self.is_made(survey, &to.module, new) => {
                self.renames |= !is_same;
                self.give(&to.module, new, name);
            }
            _ => {
                self.note_private(to.name.as_deref().unwrap_or_default());
                let to = self.path(survey, to);
                self.aliases.push(format!("{name} = {to}"));
            }
        }
    }

    fn note_private(&mut self, name: &str) {
        self.gives_private |= name.starts_with('_') && !name.starts_with("__");
    }

    fn give(&mut self, module: &str, name: &str, called: &str) {
        self.note_private(name);
        let names = self.given.entry(module.to_owned()).or_default();
        names.insert((name.to_owned(), called.to_owned()));
    }

    /// The submodules of a legacy package that are names of it: those that its canonical package
    /// imports, and those that have another name there. Each has a stub of its own, where alone
    /// stands what moved from it.
    fn submodules<'m>(
        &mut self,
        survey: &Survey<'_>,
        module: &'m LegacyModule,
        public: Option<&Public>,
    ) -> BTreeSet<&'m str> {
        let mut submodules = BTreeSet::new();
        for name in &module.submodules {
            let renamed = module.names.get(name).map(|moved| &moved.to);
            let (package, new) = match (renamed, &module.target) {
                (Some(to), _) => (&to.module, to.name.as_deref().unwrap_or_default()),
                (None, Some(target)) => (target, name.as_str()),
                (None, None) => continue,
            };
            let home = survey.users_module(package);
            let path = format!("{package}.{new}");
            let (Some(home), Some(_)) = (home, survey.users_module(&path)) else {
                continue;
            };
            let Some(outline) = self.outline(survey, package) else {
                continue;
            };
            let absolute = |path: &ModulePath| survey.project.absolute(Some(home), path);
            let is_it = |(module, taken): &(ModulePath, Box<str>)| {
                **taken == *new && absolute(module).contains(package)
            };
            let takes = |import: &OutlineImport| {
                let is_taken = import.names.iter().any(|taken| **taken == *new);
                let mut modules = absolute(&import.module).into_iter();
                modules.any(|it| under(&it, &path) || (is_taken && it == *package))
            };
            let is_module = match outline.names.get(new) {
                Some(bound) => !bound.otherwise && bound.imported.iter().all(is_it),
                None => renamed.is_some() || !public.is_some_and(|it| it.knows(name)),
            };
            let mut eager = outline.imports.iter().filter(|import| import.eager);
            if is_module && (renamed.is_some() || eager.any(takes)) {
                submodules.insert(name.as_str());
            }
        }
        submodules
    }

    /// Whether a module only answers for a name: pyright finds no such import.
    fn is_made(&mut self, survey: &Survey<'_>, module: &str, name: &str) -> bool {
        let outline = self.outline(survey, module);
        let is_unbound = outline.is_some_and(|it| it.dynamic && !it.names.contains_key(name));
        is_unbound && survey.users_module(&format!("{module}.{name}")).is_none()
    }

    /// What a module binds.
    fn outline(&mut self, survey: &Survey<'_>, module: &str) -> Option<&Outline> {
        let outline = self.outlines.entry(module.to_owned()).or_insert_with(|| {
            let file = survey.users_module(module)?;
            survey.outline(file)
        });
        outline.as_ref()
    }

    /// The path of a thing, whose module is imported.
    fn path(&mut self, survey: &Survey<'_>, to: &Target) -> String {
        let (module, called) = self.module(import_of(survey, to));
        format!("{called}{}", &to.dotted()[module.len()..])
    }

    /// Imports a module: its path, and what it is called here.
    fn module(&mut self, module: String) -> (String, String) {
        let called = self.called(&module);
        self.modules.insert(module.clone());
        (module, called)
    }

    /// What a module is called: its path, unless a name of the legacy module hides its package.
    fn called(&self, module: &str) -> String {
        let package = module.split('.').next().unwrap_or(module);
        if !self.taken.contains(package) {
            return module.to_owned();
        }
        let mut called = format!("_{}", module.replace('.', "_"));
        while self.taken.contains(&called) {
            called.insert(0, '_');
        }
        called
    }

    /// What `deprecated` is called, which a name of the module may be as well.
    pub(super) fn decorator(&self, usual: &'static str) -> &'static str {
        match self.taken.contains("deprecated") {
            true => DECORATOR_BY_PATH,
            false => usual,
        }
    }

    /// The imports, with a star among them.
    fn imports_with(&self, star: Option<String>, style: Style) -> String {
        let modules = self.modules.iter().map(|module| {
            let called = self.called(module);
            match called == *module {
                true => format!("import {module}"),
                false => format!("import {module} as {called}"),
            }
        });
        let deprecated = self.deprecates.then(|| match style.decorator {
            DECORATOR_BY_PATH => "import typing_extensions as _typing_extensions".to_owned(),
            "deprecated" => "from typing_extensions import deprecated".to_owned(),
            other => format!("from typing_extensions import deprecated as {other}"),
        });
        let givers = self.given.iter().map(|(module, names)| {
            let names = names.iter();
            let names = names.map(|(name, called)| format!("{name} as {called}"));
            let names: Vec<String> = names.collect();
            let line = format!("from {module} import {}", names.join(", "));
            match &names[..] {
                [_] if line.len() <= style.width => line,
                _ => format!("from {module} import (\n    {},\n)", names.join(",\n    ")),
            }
        });
        let lines = modules.chain(deprecated).chain(star).chain(givers);
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The imports, as lines.
    pub(super) fn imports(&self, style: Style) -> String {
        self.imports_with(None, style)
    }

    /// The aliases, a line each.
    pub(super) fn aliases(&self) -> String {
        let lines = self.aliases.iter().map(|line| format!("{line}\n"));
        lines.collect()
    }
}

/// The names of a legacy module, as far as they are known.
struct Public {
    /// Those that a star takes.
    names: BTreeSet<String>,
    /// Those that the canonical module has to give on.
    bound: BTreeSet<String>,
    /// Those of them that no star gives to all type checkers.
    named: BTreeSet<String>,
    /// These are all, so that no star is needed: it would give what is final a second time.
    names_all: bool,
    /// A star takes names of a module of which nothing is known.
    misses: bool,
}

impl Public {
    /// `None` where nothing is known of the canonical module.
    fn of(survey: &Survey<'_>, module: &LegacyModule) -> Option<Self> {
        let mut public = Self {
            names: BTreeSet::new(),
            bound: BTreeSet::new(),
            named: BTreeSet::new(),
            names_all: false,
            misses: false,
        };
        if let Some(target) = &module.target {
            let file = survey.users_module(target)?;
            let outline = survey.outline(file)?;
            let mut stars = Stars {
                survey,
                seen: BTreeSet::new(),
                misses: false,
            };
            public.names = stars.taken_from(file, &outline);
            public.bound = own(&outline).collect();
            public.named = public.bound.clone();
            // mypy reads an `__all__` only where it is one list.
            if outline.all_is_put_together || outline.all_is_open {
                stars.seen = BTreeSet::from([file]);
                public.named.extend(stars.given_to(file, &outline));
                public.bound.extend(public.named.iter().cloned());
                public.names_all = !stars.misses;
            } else {
                public.named.retain(|name| !public.names.contains(name));
            }
            public.named.retain(|name| !OWN.contains(&name.as_str()));
            public.misses = stars.misses;
            if outline.answers {
                public.named.insert("__getattr__".to_owned());
            }
        }
        let names = module.names.keys().filter(|name| !name.starts_with('_'));
        public.names.extend(names.cloned());
        Some(public)
    }

    /// Whether the canonical module has a name, as far as its text tells.
    fn knows(&self, name: &str) -> bool {
        self.names.contains(name) || self.bound.contains(name)
    }

    /// Leaves some submodules out of what the canonical module is to give on, by a star or by name:
    /// a stub may declare no name twice. Where that cannot be, forgets them. Other names as well may
    /// come twice with a star.
    fn leave(&mut self, submodules: &mut BTreeSet<&str>, others: bool) {
        if !others && !submodules.iter().any(|name| self.knows(name)) {
            return;
        }
        if self.misses {
            submodules.retain(|name| !self.knows(name));
            return;
        }
        let all = self.names.iter().chain(&self.bound);
        let given = all.filter(|name| !OWN.contains(&name.as_str()));
        self.named.extend(given.cloned());
        self.named.retain(|name| !submodules.contains(&**name));
        self.names_all = true;
    }

    /// Gives on what a star does not.
    fn give(&self, declared: &mut Declarations, target: &str, module: &LegacyModule) {
        for name in &self.named {
            if !module.names.contains_key(name) {
                declared.give(target, name, name);
            }
        }
    }
}

/// Goes through stars, to the modules behind them.
struct Stars<'s, 'p> {
    survey: &'s Survey<'p>,
    seen: BTreeSet<FileId>,
    /// Of some module nothing is known.
    misses: bool,
}

impl Stars<'_, '_> {
    /// What a star takes from a module, as far as it is known.
    fn taken_from(&mut self, file: FileId, outline: &Outline) -> BTreeSet<String> {
        self.seen.insert(file);
        let all = outline.all.iter().flatten().cloned();
        let mut names: BTreeSet<String> = all.collect();
        if outline.all.is_none() {
            names.extend(own(outline).filter(|name| !name.starts_with('_')));
        }
        if outline.all.is_none() || outline.all_is_open {
            names.extend(self.given_to(file, outline));
        }
        names
    }

    /// What the stars of a module give it.
    fn given_to(&mut self, file: FileId, outline: &Outline) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let survey = self.survey;
        for import in outline.imports.iter().filter(|it| it.star && it.top) {
            for module in survey.project.absolute(Some(file), &import.module) {
                let giver = survey.users_module(&module);
                if giver.is_some_and(|giver| self.seen.contains(&giver)) {
                    continue;
                }
                match giver.and_then(|giver| Some((giver, survey.outline(giver)?))) {
                    Some((giver, outline)) => names.extend(self.taken_from(giver, &outline)),
                    None => self.misses = true,
                }
            }
        }
        names
    }
}

/// What a module has to give on, in the eyes of type checkers: of what it imports nothing else.
fn own(outline: &Outline) -> impl Iterator<Item = String> {
    let names = outline.names.iter();
    let own = names.filter(|(_, bound)| bound.imported.is_empty() || bound.given_on);
    own.map(|(name, _)| name.to_string())
}

/// The parts of a stub, as a formatter has them.
fn text(
    declared: &Declarations,
    style: Style,
    star: Option<String>,
    all: Option<BTreeSet<String>>,
) -> String {
    let imports = declared.imports_with(star, style);
    let imports = match declared.gives_private {
        true => format!("{PRIVATE}\n{imports}"),
        false => imports,
    };
    // In a stub functions stand close together.
    let definitions = declared
        .definitions
        .chunk_by(|a, b| is_function(a) && is_function(b));
    let definitions = definitions.map(<[String]>::concat);
    let all = all.map_or(String::new(), |names| exported(&names, style.width));
    let parts = [imports, all + &declared.aliases()].into_iter();
    let parts = parts.filter(|part| !part.is_empty()).chain(definitions);
    parts.collect::<Vec<_>>().join("\n")
}

/// `__all__` of some names.
fn exported(names: &BTreeSet<String>, width: usize) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let line = format!("__all__ = [{}]\n", names.join(", "));
    match line.len() <= width + 1 {
        true => line,
        false => format!("__all__ = [\n    {},\n]\n", names.join(",\n    ")),
    }
}

fn deprecation(old: &str, new: &str, since: &str, style: Style) -> String {
    let since = match since {
        "" => String::new(),
        since => format!(" in {since}"),
    };
    let text = quoted(&format!("{old} moved to {new}{since}"));
    let decorator = style.decorator;
    let line = format!("@{decorator}({text})\n");
    match line.len() <= style.width + 1 {
        true => line,
        false => format!("@{decorator}(\n    {text}\n)\n"),
    }
}

/// A declaration on one line, or with a parameter a line where that is too long.
fn function(name: &str, signature: &Signature, width: usize) -> String {
    let def = if signature.is_async {
        "async def"
    } else {
        "def"
    };
    let returns = signature.returns.as_ref();
    let returns = returns.map_or(String::new(), |returns| format!(" -> {returns}"));
    let parameters = signature.parameters.join(", ");
    let line = format!("{def} {name}({parameters}){returns}: ...\n");
    let indented = format!("{def} {name}(\n    {parameters}\n){returns}: ...\n");
    let is_short = indented.lines().all(|line| line.len() <= width);
    match (
        line.len() <= width + 1 || signature.parameters.is_empty(),
        is_short,
    ) {
        (true, _) => line,
        (false, true) => indented,
        (false, false) => {
            let parameters = signature.parameters.iter();
            let lines: String = parameters.map(|one| format!("    {one},\n")).collect();
            format!("{def} {name}(\n{lines}){returns}: ...\n")
        }
    }
}

/// Whether a definition is that of a function.
fn is_function(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("def ") || line.starts_with("async def "))
}

/// What is to be imported for something to be there: a submodule that its package does not import
/// is there by its own import alone.
fn import_of(survey: &Survey<'_>, to: &Target) -> String {
    let dotted = to.dotted();
    let is_module = to.name.is_some() && survey.users_module(&dotted).is_some();
    let package = || survey.outline(survey.users_module(&to.module)?);
    let name = to.name.as_deref().unwrap_or_default();
    match is_module && package().is_none_or(|outline| !outline.names.contains_key(name)) {
        true => dotted,
        false => to.module.clone(),
    }
}

/// The module that a path of a signature begins with: one of the user's, or all but the last name.
fn module_of(survey: &Survey<'_>, path: &str) -> String {
    let heads = path.rmatch_indices('.').map(|(at, _)| &path[..at]);
    let mut known = heads.filter(|head| survey.users_module(head).is_some());
    let above = || path.rsplit_once('.').map_or(path, |(above, _)| above);
    known.next().unwrap_or_else(above).to_owned()
}

#[cfg(test)]
mod tests {
    use super::OWN;

    #[test]
    fn what_a_stub_leaves_out_is_of_the_shim_itself_at_run_time() {
        let runtime = include_str!("runtime.py");
        let (_, own) = runtime.split_once("\n_OWN = ").expect("it stands there");
        let (own, _) = own.split_once("\n}\n").expect("it stands there");
        for name in OWN {
            assert!(own.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
