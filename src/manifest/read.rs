//! TOML → [`Manifest`], key by key; a fault does not stop the reading of the rest.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, ManifestError};
use super::{
    Manifest, MoveSpec, Package, PathSpec, PythonMove, PythonOptions, PythonPackage, RustMove,
    RustOptions, RustPackage, SCHEMA, ShimOptions, names,
};
use crate::version::Scheme;

const PYTHON_KINDS: &[&str] = &["class", "function", "constant", "module"];

const RUST_KINDS: &[&str] = &[
    "symbol",
    "struct",
    "tuple_struct",
    "unit_struct",
    "enum",
    "union",
    "trait",
    "type",
    "fn",
    "const",
    "static",
    "macro",
    "module",
    "crate",
];

/// Reads a manifest, or says all that is wrong with it. What it names in the tree must be there
/// below `base`; `None` where it stands in no tree.
pub(super) fn manifest(
    path: &Path,
    text: &str,
    base: Option<&Path>,
) -> Result<Manifest, ManifestError> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let faults = errors.iter().map(|error| {
            let range = error.span().unwrap_or(0..0);
            Fault::new(
                range,
                error.message().trim_end_matches('\n').replace('\n', ", "),
            )
        });
        return Err(ManifestError::new(path, text, faults.collect()));
    }
    let mut reader = Reader {
        faults: Vec::new(),
        base,
    };
    let manifest = reader.manifest(path, text, &table);
    match reader.faults.is_empty() {
        true => Ok(manifest),
        false => Err(ManifestError::new(path, text, reader.faults)),
    }
}

type Value<'i> = Spanned<DeValue<'i>>;

struct Reader<'p> {
    faults: Vec<Fault>,
    /// The manifest's directory; `None` where what it names is not beside it.
    base: Option<&'p Path>,
}

/// A table whose keys are asked for one by one; what nobody asked for is unknown.
struct Keys<'t, 'i> {
    table: &'t DeTable<'i>,
    range: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'t, 'i> Keys<'t, 'i> {
    fn get(&mut self, key: &'static str) -> Option<&'t Value<'i>> {
        self.asked.push(key);
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }
}

impl Reader<'_> {
    fn fault(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.faults.push(Fault::new(range, message));
    }

    fn manifest(&mut self, path: &Path, text: &str, table: &Spanned<DeTable<'_>>) -> Manifest {
        let mut keys = Keys {
            table: table.get_ref(),
            range: 0..0,
            asked: Vec::new(),
        };
        let schema = keys.get("schema");
        if self.schema(schema).is_none() {
            return Manifest::default();
        }
        let exclude = self.strings(keys.get("exclude"));
        for (range, glob) in &exclude {
            if let Err(error) = globset::Glob::new(glob) {
                self.fault(range.clone(), format!("bad glob: {}", error.kind()));
            }
        }
        let package = keys.get("package");
        let package = self.section(package, Self::package);
        let python = keys.get("python");
        let python = self.section(python, Self::python_options);
        let rust = keys.get("rust");
        let rust = self.section(rust, Self::rust_options);
        let moves = match keys.get("move") {
            None => Vec::new(),
            Some(value) => match value.get_ref() {
                DeValue::Array(moves) => {
                    moves.iter().filter_map(|one| self.one_move(one)).collect()
                }
                _ => {
                    self.fault(value.span(), "moves are written `[[move]]`");
                    Vec::new()
                }
            },
        };
        self.unknown(&keys, "the manifest");
        self.duplicates(&moves);
        Manifest {
            path: path.to_owned(),
            text: text.to_owned(),
            exclude: exclude.into_iter().map(|(_, glob)| glob).collect(),
            package,
            python,
            rust,
            moves: moves.into_iter().map(|(_, spec)| spec).collect(),
        }
    }

    fn schema(&mut self, value: Option<&Value<'_>>) -> Option<()> {
        let Some(value) = value else {
            self.fault(0..0, "`schema = 1` is missing");
            return None;
        };
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<i64>().ok(),
            _ => None,
        };
        match number {
            Some(SCHEMA) => Some(()),
            Some(newer) if newer > SCHEMA => {
                self.fault(value.span(), format!(
                    "schema {newer} is newer than this rehome, which reads schema {SCHEMA}; update rehome"
                ));
                None
            }
            _ => {
                self.fault(value.span(), format!("`schema` must be {SCHEMA}"));
                None
            }
        }
    }

    fn section<T: Default>(
        &mut self,
        value: Option<&Value<'_>>,
        read: impl FnOnce(&mut Self, &mut Keys<'_, '_>) -> T,
    ) -> T {
        let Some(value) = value else {
            return T::default();
        };
        let Some(mut keys) = self.table(value) else {
            return T::default();
        };
        read(self, &mut keys)
    }

    fn package(&mut self, keys: &mut Keys<'_, '_>) -> Package {
        let python = keys.get("python").map(|value| {
            self.section(Some(value), |reader, keys| {
                let package = PythonPackage {
                    dist: reader.required(keys, "dist"),
                    import: reader.required(keys, "import"),
                };
                reader.unknown(keys, "`package.python`");
                package
            })
        });
        let rust = keys.get("rust").map(|value| {
            self.section(Some(value), |reader, keys| {
                let package = RustPackage {
                    krate: reader.required(keys, "crate"),
                    lib: reader.required(keys, "lib"),
                };
                reader.unknown(keys, "`package.rust`");
                package
            })
        });
        let shims = keys.get("shims");
        let shims = self.section(shims, |reader, keys| {
            let stub_classes = keys.get("stub_classes");
            let options = ShimOptions {
                stubs: reader.boolean(keys.get("stubs")),
                stub_classes: reader.one_of(stub_classes, &["alias", "subclass"]),
                env: reader.string(keys.get("env")).map(|(_, env)| env),
            };
            reader.unknown(keys, "`package.shims`");
            options
        });
        self.unknown(keys, "`package`");
        Package {
            python,
            rust,
            shims,
        }
    }

    fn python_options(&mut self, keys: &mut Keys<'_, '_>) -> PythonOptions {
        let roots = self.strings(keys.get("roots"));
        for (range, root) in &roots {
            let path = Path::new(root);
            let leaves = path
                .components()
                .any(|part| part == std::path::Component::ParentDir);
            if path.is_absolute() || leaves {
                self.fault(range.clone(), "a root lies below the manifest's directory");
            } else if self.base.is_some_and(|base| !base.join(root).is_dir()) {
                self.fault(range.clone(), "there is no such directory");
            }
        }
        let callees = self.strings(keys.get("string_callees"));
        for (range, callee) in &callees {
            if let Some(why) = callee.split('.').find_map(names::python) {
                self.fault(range.clone(), why);
            }
        }
        let options = PythonOptions {
            roots: roots.into_iter().map(|(_, root)| root).collect(),
            follow_reexports: self.boolean(keys.get("follow_reexports")).unwrap_or(true),
            string_callees: callees.into_iter().map(|(_, callee)| callee).collect(),
        };
        self.unknown(keys, "`python`");
        options
    }

    fn rust_options(&mut self, keys: &mut Keys<'_, '_>) -> RustOptions {
        let string_keys = self.strings(keys.get("string_keys"));
        for (range, key) in &string_keys {
            if let Some(why) = key.split("::").find_map(names::rust) {
                self.fault(range.clone(), why);
            }
        }
        let options = RustOptions {
            string_keys: string_keys.into_iter().map(|(_, key)| key).collect(),
            rename_public: self.boolean(keys.get("rename_public")).unwrap_or(false),
        };
        self.unknown(keys, "`rust`");
        options
    }

    /// One move, and where its id stands.
    fn one_move(&mut self, value: &Value<'_>) -> Option<(Range<usize>, MoveSpec)> {
        let mut keys = self.table(value)?;
        let id = match self.string(keys.get("id")) {
            Some(id) => id,
            None => {
                if !keys.table.iter().any(|(key, _)| key.get_ref() == "id") {
                    self.fault(keys.range.clone(), "a move needs an `id`");
                }
                (keys.range.clone(), String::new())
            }
        };
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !id.1.is_empty() && !id.1.chars().all(fits) || id.1.starts_with("RH0") {
            self.fault(
                id.0.clone(),
                "an id is made of letters, digits, `-`, `_` and `.`, and is no code",
            );
        }
        let since = self.string(keys.get("since"));
        let remove_in = self.string(keys.get("remove_in"));
        let rename_value = keys.get("rename");
        let is_python = keys.get("python").is_some();
        let rename = self.rename(rename_value, is_python);
        let python = keys.get("python").and_then(|value| self.python_move(value));
        let rust = keys.get("rust").and_then(|value| self.rust_move(value));
        let mentions = |key: &str| keys.table.iter().any(|(name, _)| name.get_ref() == key);
        let schemes = [("python", Scheme::Pep440), ("rust", Scheme::Semver)];
        let schemes = schemes.into_iter().filter(|(key, _)| mentions(key));
        for (_, scheme) in schemes {
            self.versions(scheme, since.as_ref(), remove_in.as_ref());
        }
        let spec = MoveSpec {
            id: id.1,
            since: since.map(|(_, version)| version),
            remove_in: remove_in.map(|(_, version)| version),
            reason: self.string(keys.get("reason")).map(|(_, reason)| reason),
            rename,
            python,
            rust,
        };
        self.unknown(&keys, "a move");
        if let Some(value) = rename_value.filter(|_| !spec.rename.is_empty()) {
            let is_symbol = |path: Option<&PathSpec>| path.is_some_and(|path| path.name.is_some());
            if is_symbol(spec.python.as_ref().map(|one| &one.from))
                || is_symbol(spec.rust.as_ref().map(|one| &one.from))
            {
                self.fault(value.span(), "`rename` belongs to the move of a module");
            }
        }
        if !mentions("python") && !mentions("rust") {
            self.fault(keys.range.clone(), "a move needs `python` or `rust`");
        }
        Some((id.0, spec))
    }

    /// The versions of a move, as the packages of one of its languages compare them.
    fn versions(
        &mut self,
        scheme: Scheme,
        since: Option<&(Range<usize>, String)>,
        remove_in: Option<&(Range<usize>, String)>,
    ) {
        let language = match scheme {
            Scheme::Pep440 => "Python",
            Scheme::Semver => "Rust",
        };
        for (range, text) in since.into_iter().chain(remove_in) {
            let fault = Fault::new(
                range.clone(),
                format!("`{text}` is not a version of a {language} package"),
            );
            if !scheme.reads(text) {
                self.faults.push(fault);
            }
        }
        if let (Some((_, since)), Some((range, remove_in))) = (since, remove_in)
            && let Some(order) = scheme.compare(remove_in, since)
            && order.is_le()
        {
            let fault = Fault::new(
                range.clone(),
                format!("`remove_in` must be later than `since`, {since}"),
            );
            // Both languages may say it.
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
    }

    fn rename(&mut self, value: Option<&Value<'_>>, is_python: bool) -> BTreeMap<String, String> {
        let mut rename = BTreeMap::new();
        let Some(keys) = value.and_then(|value| self.table(value)) else {
            return rename;
        };
        for (old, new) in keys.table {
            let Some((range, new)) = self.string(Some(new)) else {
                continue;
            };
            for (range, name) in [(old.span(), old.get_ref().as_ref()), (range, &new)] {
                // What Rust alone has may be a keyword of it, raw or not.
                let why = match is_python {
                    true => names::python(name),
                    false => names::rust(name).and_then(|_| names::rust(&format!("r#{name}"))),
                };
                if let Some(why) = why {
                    self.fault(range, why);
                }
            }
            rename.insert(old.get_ref().to_string(), new);
        }
        rename
    }

    fn python_move(&mut self, value: &Value<'_>) -> Option<PythonMove> {
        let mut keys = self.table(value)?;
        let from = self.path(&mut keys, "from", python_path);
        let to = self.path(&mut keys, "to", python_path);
        let kind_value = keys.get("kind");
        let kind = self.one_of(kind_value, PYTHON_KINDS);
        let signature = self.string(keys.get("signature"));
        self.unknown(&keys, "`python` of a move");
        let (from, to) = (from?, to?);
        self.ends(&from, &to);
        if let (Some(kind), Some(value)) = (&kind, kind_value)
            && (kind == "module") != from.name.is_none()
        {
            self.fault(
                value.span(),
                "a symbol stands after a colon, a module has none",
            );
        }
        if let Some((range, _)) = signature
            .as_ref()
            .filter(|_| kind.as_deref() != Some("function"))
        {
            self.fault(
                range.clone(),
                "only a `kind = \"function\"` has a signature",
            );
        }
        let signature_span = signature.as_ref().map_or(&from.span, |(range, _)| range);
        Some(PythonMove {
            signature_span: signature_span.clone(),
            from,
            to,
            kind,
            signature: signature.map(|(_, signature)| signature),
        })
    }

    fn rust_move(&mut self, value: &Value<'_>) -> Option<RustMove> {
        let mut keys = self.table(value)?;
        let kind = self.one_of(keys.get("kind"), RUST_KINDS);
        let items = self.items(keys.get("items"));
        let is_module = !items.is_empty() || matches!(kind.as_deref(), Some("module" | "crate"));
        let read = if is_module { rust_module } else { rust_symbol };
        let from = self.path(&mut keys, "from", read);
        let to = self.path(&mut keys, "to", read);
        let signature = self.string(keys.get("signature"));
        if let Some((range, _)) = signature.as_ref().filter(|_| kind.as_deref() != Some("fn")) {
            self.fault(range.clone(), "only a `kind = \"fn\"` has a signature");
        }
        let dependency = keys.get("dependency").map(|value| {
            self.section(Some(value), |reader, keys| {
                let dependency = (
                    reader.required(keys, "name"),
                    reader.required(keys, "version"),
                );
                reader.unknown(keys, "`dependency`");
                dependency
            })
        });
        let files_value = keys.get("move_files");
        let move_files = self.boolean(files_value).unwrap_or(false);
        if let Some(value) = files_value.filter(|_| move_files && !is_module) {
            self.fault(value.span(), "only a module has files to move");
        }
        self.unknown(&keys, "`rust` of a move");
        let (from, to) = (from?, to?);
        self.ends(&from, &to);
        Some(RustMove {
            from,
            to,
            kind,
            items,
            signature: signature.map(|(_, signature)| signature),
            dependency,
            move_files,
        })
    }

    fn ends(&mut self, from: &PathSpec, to: &PathSpec) {
        if from.module == to.module && from.name == to.name {
            self.fault(to.span.clone(), "a move leads to where it comes from");
        }
        if from.name.is_some() != to.name.is_some() {
            self.fault(
                to.span.clone(),
                "a module moves to a module, a symbol to a symbol",
            );
        }
    }

    fn items(&mut self, value: Option<&Value<'_>>) -> Vec<(String, String)> {
        let mut items = Vec::new();
        for (range, item) in self.strings(value) {
            match item.split_once(':') {
                Some((name, kind)) => {
                    let (name, kind) = (name.trim(), kind.trim());
                    if let Some(why) = names::rust(name) {
                        self.fault(range.clone(), why);
                    }
                    if !RUST_KINDS.contains(&kind) {
                        self.fault(range, unknown_kind(kind, RUST_KINDS));
                    }
                    items.push((name.to_owned(), kind.to_owned()));
                }
                None => self.fault(range, "an item is written `Name:kind`"),
            }
        }
        items
    }

    fn path(
        &mut self,
        keys: &mut Keys<'_, '_>,
        key: &'static str,
        read: fn(&str) -> Result<Segments, String>,
    ) -> Option<PathSpec> {
        let Some(value) = keys.get(key) else {
            self.fault(keys.range.clone(), format!("`{key}` is missing"));
            return None;
        };
        let (span, text) = self.string(Some(value))?;
        match read(&text) {
            Ok((module, name)) => Some(PathSpec { module, name, span }),
            Err(why) => {
                self.fault(span, why);
                None
            }
        }
    }

    fn duplicates(&mut self, moves: &[(Range<usize>, MoveSpec)]) {
        let mut ids: BTreeMap<&str, ()> = BTreeMap::new();
        let mut paths: BTreeMap<(&str, String), &str> = BTreeMap::new();
        for (range, spec) in moves {
            if !spec.id.is_empty() && ids.insert(&spec.id, ()).is_some() {
                self.fault(
                    range.clone(),
                    format!("there is a move `{}` already", spec.id),
                );
            }
            let python = spec.python.as_ref().map(|one| ("python", &one.from));
            let rust = spec.rust.as_ref().map(|one| ("rust", &one.from));
            for (language, from) in python.into_iter().chain(rust) {
                let mut path = from.module.join(".");
                if let Some(name) = &from.name {
                    path = format!("{path}.{name}");
                }
                if let Some(first) = paths.insert((language, path), &spec.id) {
                    self.fault(
                        from.span.clone(),
                        format!("the move `{first}` has the same `from`"),
                    );
                }
            }
        }
    }

    // Values

    fn table<'t, 'i>(&mut self, value: &'t Value<'i>) -> Option<Keys<'t, 'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Keys {
                table,
                range: value.span(),
                asked: Vec::new(),
            }),
            _ => {
                self.fault(value.span(), "a table is expected here");
                None
            }
        }
    }

    fn string(&mut self, value: Option<&Value<'_>>) -> Option<(Range<usize>, String)> {
        let value = value?;
        match value.get_ref() {
            DeValue::String(text) => Some((value.span(), text.to_string())),
            _ => {
                self.fault(value.span(), "a string is expected here");
                None
            }
        }
    }

    fn required(&mut self, keys: &mut Keys<'_, '_>, key: &'static str) -> String {
        let value = keys.get(key);
        if value.is_none() {
            self.fault(keys.range.clone(), format!("`{key}` is missing"));
        }
        self.string(value).map(|(_, text)| text).unwrap_or_default()
    }

    fn strings(&mut self, value: Option<&Value<'_>>) -> Vec<(Range<usize>, String)> {
        let Some(value) = value else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| self.string(Some(item)))
                .collect(),
            _ => {
                self.fault(value.span(), "a list of strings is expected here");
                Vec::new()
            }
        }
    }

    fn boolean(&mut self, value: Option<&Value<'_>>) -> Option<bool> {
        let value = value?;
        match value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => {
                self.fault(value.span(), "`true` or `false` is expected here");
                None
            }
        }
    }

    fn one_of(&mut self, value: Option<&Value<'_>>, known: &[&str]) -> Option<String> {
        let (range, text) = self.string(value)?;
        if !known.contains(&text.as_str()) {
            self.fault(range, unknown_kind(&text, known));
        }
        Some(text)
    }

    fn unknown(&mut self, keys: &Keys<'_, '_>, place: &str) {
        for (key, _) in keys.table {
            let name = key.get_ref().as_ref();
            if keys.asked.contains(&name) {
                continue;
            }
            let hint = match names::nearest(name, &keys.asked) {
                Some(near) => format!(", did you mean `{near}`?"),
                None => String::new(),
            };
            self.fault(key.span(), format!("unknown key `{name}` in {place}{hint}"));
        }
    }
}

fn unknown_kind(text: &str, known: &[&str]) -> String {
    match names::nearest(text, known) {
        Some(near) => format!("unknown kind `{text}`, did you mean `{near}`?"),
        None => format!("unknown kind `{text}`; it is one of {}", known.join(", ")),
    }
}

/// A module's segments, and a name in it.
type Segments = (Vec<String>, Option<String>);

/// `a.b:C` and `a.b`.
fn python_path(text: &str) -> Result<Segments, String> {
    if text.contains("::") {
        return Err("a path of Python has dots, and one colon before a symbol".to_owned());
    }
    let (module, name) = match text.split_once(':') {
        Some((module, name)) => (module, Some(name)),
        None => (text, None),
    };
    let wrong = module.split('.').chain(name).find_map(names::python);
    match wrong {
        Some(why) => Err(why),
        None => Ok((
            module.split('.').map(str::to_owned).collect(),
            name.map(str::to_owned),
        )),
    }
}

/// `a::b::C`: the last segment is the symbol.
fn rust_symbol(text: &str) -> Result<Segments, String> {
    let (mut module, _) = rust_module(text)?;
    let name = module.pop();
    match module.is_empty() {
        true => Err("a symbol lies in a module; a crate's move says `kind = \"crate\"`".to_owned()),
        false => Ok((module, name)),
    }
}

/// `a::b`.
fn rust_module(text: &str) -> Result<Segments, String> {
    let segments: Vec<&str> = text.split("::").collect();
    match segments.iter().find_map(|segment| names::rust(segment)) {
        Some(why) => Err(why),
        None => Ok((segments.into_iter().map(str::to_owned).collect(), None)),
    }
}
