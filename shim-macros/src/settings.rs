//! What the options say: of the item itself, and of what it lies in.

use proc_macro2::Span;
use syn::{Ident, LitStr, Path};

use crate::ast::{Entry, Options, Value};
use crate::errors::Errors;
use crate::version::Version;

/// The crate that is being compiled.
pub(crate) struct Release {
    /// As other crates write it in a path.
    pub(crate) name: String,
    /// Nothing where no cargo says it.
    pub(crate) version: Option<Numbered>,
}

/// A version, and how it was written.
#[derive(Clone)]
pub(crate) struct Numbered {
    pub(crate) text: String,
    version: Version,
}

impl Numbered {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let version = Version::parse(text)?;
        let text = text.to_owned();
        Some(Self { text, version })
    }
}

#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) since: Option<Numbered>,
    pub(crate) remove_in: Option<Numbered>,
    pub(crate) note: Option<String>,
    pub(crate) crate_name: Option<String>,
    /// One error is enough for a module and all that lies in it.
    is_known_to_lack_since: bool,
}

/// The options that are for one item alone.
#[derive(Default)]
pub(crate) struct Own {
    pub(crate) to: Option<Path>,
    pub(crate) nature: Option<Nature>,
}

/// What a re-exported thing is, where its name does not tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// `ctor`: a type, and a value that constructs it.
    Constructed,
    Macro,
    Type,
    Value,
}

impl Nature {
    const ALL: [(&'static str, Self); 4] = [
        ("ctor", Self::Constructed),
        ("macro", Self::Macro),
        ("type", Self::Type),
        ("value", Self::Value),
    ];

    /// That of an option.
    fn of(key: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find_map(|(name, nature)| (*name == key).then_some(*nature))
    }

    fn option(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find_map(|(name, nature)| (*nature == self).then_some(*name))
            .expect("each has a name")
    }

    /// What an option says.
    fn told(self) -> &'static str {
        match self {
            Self::Constructed => "that this has a constructor",
            Self::Macro => "that it is a macro",
            Self::Type => "that it is a type",
            Self::Value => "that it is a value",
        }
    }
}

/// What options stand at; each takes some.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `#![since = "0.2.0"]`
    Header,
    Use,
    Function,
    /// An alias or a module.
    Other,
}

/// The options as messages list them.
const ALL: &str = "since, remove_in, note, crate_name, to, ctor, macro, type, value";

impl Settings {
    /// Those of something inside: what it says itself, and else what is said here.
    ///
    /// `name` is where a missing option is reported.
    pub(crate) fn with(
        &self,
        options: Options,
        place: Place,
        name: Span,
        release: &Release,
        errors: &mut Errors,
    ) -> (Self, Own) {
        let before = errors.count();
        let mut read = Reader {
            settings: self.clone(),
            own: Own::default(),
            since: None,
            remove_in: None,
            errors,
        };
        options
            .unread
            .into_iter()
            .for_each(|error| read.errors.push(error));
        let mut seen: Vec<String> = Vec::new();
        for entry in options.entries {
            let key = entry.key.to_string();
            if seen.contains(&key) {
                let message = format!("`{key}` is given twice");
                read.errors.add(entry.key.span(), message);
            } else {
                read.option(&key, entry, place);
            }
            seen.push(key);
        }
        read.order(release);
        let has_error = read.errors.count() > before;
        let Reader {
            mut settings, own, ..
        } = read;
        // What stands on top may leave it to each item, unless it was meant to say it.
        if settings.since.is_none() && (place != Place::Header || has_error) {
            if !has_error && !settings.is_known_to_lack_since {
                let message = "`since = \"x.y.z\"` is missing: the release that moved this";
                errors.add(name, message);
            }
            settings.is_known_to_lack_since = true;
        }
        (settings, own)
    }
}

struct Reader<'a> {
    settings: Settings,
    own: Own,
    /// Where these two stand, if they stand here.
    since: Option<Span>,
    remove_in: Option<Span>,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn option(&mut self, key: &str, entry: Entry, place: Place) {
        let at = entry.key.span();
        match key {
            "since" => {
                if let Some((span, since)) = self.version(entry) {
                    self.since = Some(span);
                    self.settings.since = Some(since);
                }
            }
            "remove_in" => {
                if let Some((span, remove_in)) = self.version(entry) {
                    self.remove_in = Some(span);
                    self.settings.remove_in = Some(remove_in);
                }
            }
            "note" => {
                if let Some(note) = self.text(entry) {
                    self.settings.note = Some(note.value());
                }
            }
            "crate_name" => {
                if let Some(name) = self.text(entry) {
                    if syn::parse_str::<Ident>(&name.value()).is_err() {
                        let message = "this is no name of a crate as a path writes it";
                        self.errors.add(name.span(), message);
                    }
                    self.settings.crate_name = Some(name.value());
                }
            }
            "to" if place == Place::Function => match entry.value {
                Some(Value::Path(path)) => self.own.to = Some(path),
                _ => self.errors.add(at, "expected `to = crate::path`"),
            },
            "to" => {
                let message = "`to` belongs to a `pub fn`: all others say themselves where they \
                    went";
                self.errors.add(at, message);
            }
            "suggestion" => {
                let message = "`suggestion` is an unstable option of rustc's; the note names the \
                    path that is to be written";
                self.errors.add(at, message);
            }
            _ => {
                if let Some(nature) = Nature::of(key) {
                    return self.nature(nature, &entry, place);
                }
                let message = format!("unknown option `{key}`; these are known: {ALL}");
                self.errors.add(at, message);
            }
        }
    }

    fn nature(&mut self, nature: Nature, entry: &Entry, place: Place) {
        let key = nature.option();
        let message = match self.own.nature {
            _ if place != Place::Use => {
                format!("`{key}` belongs to the `pub use` that it speaks of")
            }
            _ if entry.value.is_some() => format!("`{key}` takes no value"),
            Some(other) => format!(
                "`{}` says {}, `{key}` {}: it cannot be both",
                other.option(),
                other.told(),
                nature.told()
            ),
            None => String::new(),
        };
        if !message.is_empty() {
            self.errors.add(entry.key.span(), message);
        }
        self.own.nature.get_or_insert(nature);
    }

    fn version(&mut self, entry: Entry) -> Option<(Span, Numbered)> {
        let literal = self.text(entry)?;
        let text = literal.value();
        let version = Numbered::parse(&text);
        if version.is_none() {
            let message = format!("`{text}` is not a whole version, as \"0.2.0\" is");
            self.errors.add(literal.span(), message);
        }
        Some((literal.span(), version?))
    }

    fn text(&mut self, entry: Entry) -> Option<LitStr> {
        match entry.value {
            Some(Value::Text(text)) => Some(text),
            _ => {
                let message = format!("expected `{} = \"…\"`", entry.key);
                self.errors.add(entry.key.span(), message);
                None
            }
        }
    }

    /// What is said here is compared; what was said further out has been.
    fn order(&mut self, release: &Release) {
        let Some(remove_in) = &self.settings.remove_in else {
            return;
        };
        if let (Some(since), Some(at)) = (&self.settings.since, self.remove_in.or(self.since)) {
            if remove_in.version <= since.version {
                let message = format!(
                    "`remove_in` ({}) must be later than `since` ({})",
                    remove_in.text, since.text
                );
                self.errors.add(at, message);
                return;
            }
        }
        if let (Some(at), Some(now)) = (self.remove_in, &release.version) {
            if now.version >= remove_in.version {
                let message = format!(
                    "this was to be removed in {}, and the crate is at {}: delete it, or give it \
                    more time",
                    remove_in.text, now.text
                );
                self.errors.add(at, message);
            }
        }
    }
}
