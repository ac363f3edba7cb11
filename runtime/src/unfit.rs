//! Messages that are not what is expected, and the field at which they are not.

use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, Unexpected};
use serde_json::{Map, Value};

use crate::wire::Text;

/// A message that is not what is expected, and the field at which it is not.
#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) field: Option<String>,
    pub(crate) why: String,
}

/// A message as a type.
///
/// The field is the one at fault, also where serde does not tell it: in an enum that is told by one
/// of its fields, and in a struct that is flattened. No field is told where the error quotes nothing
/// of the message (an untagged enum, an error in words of the application), or the message is so
/// long and so uniform that looking for it would take too long.
///
/// What is long is cut: an error may quote the whole message.
pub(crate) fn parse<M: DeserializeOwned>(text: &Text) -> Result<M, Unfit> {
    parse_in_order(text.as_bytes()).map_err(|told| {
        let Unfit { field, why } = at_fault::<M>(text, told);
        Unfit {
            field: field.map(cut),
            why: cut(why),
        }
    })
}

/// The bytes of an error that a client is told, at most.
const TOLD: usize = 1024;

/// The middle goes: what was expected stands at the end.
fn cut(text: String) -> String {
    if text.len() <= TOLD {
        return text;
    }
    let begin = text.floor_char_boundary(TOLD / 2);
    let end = text.ceil_char_boundary(text.len() - (TOLD / 2 - "…".len()));
    format!("{}…{}", &text[..begin], &text[end..])
}

/// What serde tells of a fault.
struct Told {
    path: String,
    why: String,
}

/// The path of the whole message.
const WHOLE: &str = ".";

fn parse_in_order<M: DeserializeOwned>(text: &[u8]) -> Result<M, Told> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let message = serde_path_to_error::deserialize(&mut json).map_err(|error| Told {
        path: error.path().to_string(),
        why: error.into_inner().to_string(),
    })?;
    json.end().map(|()| message).map_err(|error| Told {
        path: WHOLE.to_owned(),
        why: error.to_string(),
    })
}

/// The field at fault.
///
/// The path that serde tells ends where it keeps what it reads for later. From there on the field is
/// looked for.
fn at_fault<M: DeserializeOwned>(text: &Text, Told { path, why }: Told) -> Unfit {
    let message = serde_json::from_slice(text.as_bytes()).ok();
    let search = message.and_then(|message| Search::<M>::new(message, text.len()));
    if let Some(search) = search {
        // Read as a value it may have its fields in another order, and another one that is wrong
        // comes first.
        let is_same = why.starts_with(&search.why);
        let other = (!is_same).then(|| search.why.clone());
        if (path == WHOLE || is_same)
            && let Some(field) = search.below(&path)
        {
            return Unfit {
                field: Some(field),
                why: other.unwrap_or(why),
            };
        }
    }
    let field = match named(&why) {
        _ if path == WHOLE => behind_type::<M>(text),
        Some((_, name)) if !path.ends_with(name) => Some(format!("{path}.{name}")),
        _ => Some(path),
    };
    Unfit { field, why }
}

/// What stands before the `type` of an enum is kept for later; behind it there is a path.
fn behind_type<M: DeserializeOwned>(text: &Text) -> Option<String> {
    let told = parse_in_order::<M>(&type_first(text)?).err()?;
    (told.path != WHOLE).then_some(told.path)
}

/// The same message with its `type` before the other fields.
fn type_first(text: &Text) -> Option<Vec<u8>> {
    let mut fields: Map<_, _> = serde_json::from_slice(text.as_bytes()).ok()?;
    let kind = fields.remove("type")?;
    let rest = serde_json::to_string(&fields).ok()?;
    let comma = if fields.is_empty() { "" } else { "," };
    Some(format!(r#"{{"type":{kind}{comma}{}"#, &rest[1..]).into_bytes())
}

/// What an error says of a field that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Missing,
    Unknown,
}

fn named(why: &str) -> Option<(Named, &str)> {
    let kinds = [
        (Named::Missing, "missing field `"),
        (Named::Unknown, "unknown field `"),
    ];
    let (kind, rest) = kinds
        .into_iter()
        .find_map(|(kind, begin)| Some((kind, why.strip_prefix(begin)?)))?;
    Some((kind, rest.split_once('`')?.0))
}

/// The bytes that are read again to find a field, at most, and how often a message is.
const WORK: usize = 256 * 1024;
/// The bytes of the error that are gone through for what it quotes, at most: all of them for each
/// value that is looked at.
const LOOKS: usize = 1024 * 1024;
const TRIES: std::ops::RangeInclusive<usize> = 4..=64;

/// What no client sends.
const WORD: &str = "websocket-core:unfit";
const NUMBER: u64 = 918_273_645;

/// Looks for the field at fault: where another value stands in its place, the error quotes that one.
struct Search<M> {
    message: Value,
    /// Without the line and the column.
    why: String,
    tries: usize,
    expected: PhantomData<fn() -> M>,
}

/// The way to a value.
type Steps = Vec<Step>;

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

impl<M: DeserializeOwned> Search<M> {
    /// None where the message is one when it is read as a value: a field stands in it twice, say.
    fn new(message: Value, len: usize) -> Option<Self> {
        let why = M::deserialize(&message).err()?.to_string();
        Some(Self {
            message,
            why,
            tries: (WORK / len.max(1)).clamp(*TRIES.start(), *TRIES.end()),
            expected: PhantomData,
        })
    }

    /// The field at fault, at a path or below it.
    fn below(mut self, path: &str) -> Option<String> {
        let why = self.why.clone();
        let (kind, name) = match named(&why) {
            Some((kind, name)) => (Some(kind), name),
            None => (None, ""),
        };
        let might_be = |value: &Value| match kind {
            Some(Named::Missing) => value.as_object().is_some_and(|it| !it.contains_key(name)),
            Some(Named::Unknown) => value.as_object().is_some_and(|it| it.contains_key(name)),
            None => may_be_quoted(&why, value),
        };
        let mut collected = Collected {
            places: Vec::new(),
            looks: LOOKS / why.len().max(1),
        };
        collected.collect(&self.message, &mut Vec::new(), &might_be)?;
        let mut places = collected.places;
        places.retain(|steps| is_at_or_below(&shown(steps), path));
        let mut found = match kind {
            Some(Named::Missing) => self.without(places, name)?,
            Some(Named::Unknown) => places.into_iter().find(|at| self.is_unknown(at, name))?,
            None => places.into_iter().find(|at| self.is_quoted(at))?,
        };
        if kind.is_some() {
            found.push(Step::Key(name.to_owned()));
        }
        // Of the message as a whole no field can be told.
        Some(shown(&found)).filter(|found| found != WHOLE)
    }

    /// What is wrong where the value at a place is changed; nothing at all is an empty text. None
    /// where it was tried too often.
    fn wrong(&mut self, at: &Steps, change: impl FnOnce(&mut Value)) -> Option<String> {
        self.tries = self.tries.checked_sub(1)?;
        let place = place(&mut self.message, at)?;
        let before = place.clone();
        change(place);
        let wrong = M::deserialize(&self.message).err();
        *self::place(&mut self.message, at)? = before;
        Some(wrong.map(|error| error.to_string()).unwrap_or_default())
    }

    /// The object that a field is missing in: it is not missing any more where it has one.
    fn without(&mut self, places: Vec<Steps>, name: &str) -> Option<Steps> {
        let mut changes = |at: &Steps, value: Value| {
            let insert = |object: &mut Value| object[name] = value;
            // Another object may know no such field.
            self.wrong(at, insert).is_some_and(|wrong| {
                wrong != self.why && named(&wrong) != Some((Named::Unknown, name))
            })
        };
        let mut places: Vec<_> = places
            .into_iter()
            .filter(|at| changes(at, Value::Null))
            .collect();
        if places.len() > 1 {
            // A map whose values are of another type takes one of these.
            let values: [Value; 4] = [NUMBER.into(), WORD.into(), true.into(), Map::new().into()];
            places.retain(|at| values.iter().all(|value| changes(at, value.clone())));
        }
        match places.len() {
            1 => places.pop(),
            _ => None,
        }
    }

    /// Whether a field is unknown in an object that has it: without it there is another error, and
    /// not that it is missing.
    fn is_unknown(&mut self, at: &Steps, name: &str) -> bool {
        let remove = |object: &mut Value| {
            object.as_object_mut().and_then(|it| it.remove(name));
        };
        let Some(wrong) = self.wrong(at, remove) else {
            return false;
        };
        wrong != self.why && named(&wrong) != Some((Named::Missing, name))
    }

    /// Whether the error quotes the value at a place, and another one that stands there.
    fn is_quoted(&mut self, at: &Steps) -> bool {
        let Some(value) = place(&mut self.message, at).map(|value| value.clone()) else {
            return false;
        };
        // A text is what is expected, or it is not.
        [Value::from(WORD), Value::from(NUMBER)]
            .into_iter()
            .any(|other| {
                let wrong = self.wrong(at, |place| *place = other.clone());
                wrong.is_some_and(|wrong| are_alike(&self.why, &value, &wrong, &other))
            })
    }
}

/// The value at a place.
fn place<'a>(message: &'a mut Value, at: &Steps) -> Option<&'a mut Value> {
    at.iter().try_fold(message, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

/// The ways to all values that might be the one that is looked for, the outer ones first.
struct Collected {
    places: Vec<Steps>,
    /// How many values may be looked at still.
    looks: usize,
}

impl Collected {
    /// Those in a value; None where there are too many values to look at.
    fn collect(
        &mut self,
        value: &Value,
        steps: &mut Steps,
        might_be: &impl Fn(&Value) -> bool,
    ) -> Option<()> {
        if self.places.len() >= *TRIES.end() {
            return Some(());
        }
        self.looks = self.looks.checked_sub(1)?;
        if might_be(value) {
            self.places.push(steps.clone());
        }
        let mut inner = |step, value| {
            steps.push(step);
            let collected = self.collect(value, steps, might_be);
            steps.pop();
            collected
        };
        match value {
            Value::Array(all) => all
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| inner(Step::Index(index), value)),
            Value::Object(all) => all
                .iter()
                .try_for_each(|(key, value)| inner(Step::Key(key.clone()), value)),
            _ => Some(()),
        }
    }
}

/// A way as text: `items[0].n`.
fn shown(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) if path.is_empty() => path += key,
            Step::Key(key) => path.extend([".", key]),
            Step::Index(index) => path += &format!("[{index}]"),
        }
    }
    match path.is_empty() {
        true => WHOLE.to_owned(),
        false => path,
    }
}

fn is_at_or_below(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    outer == WHOLE || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// As serde names a value in its errors: `string "x"`, `integer `5``.
fn name_of(value: &Value) -> String {
    let unexpected = match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(it) => Unexpected::Bool(*it),
        Value::String(it) => Unexpected::Str(it),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
        Value::Number(it) => match (it.as_u64(), it.as_i64()) {
            (Some(it), _) => Unexpected::Unsigned(it),
            (None, Some(it)) => Unexpected::Signed(it),
            _ => Unexpected::Float(it.as_f64().unwrap_or_default()),
        },
    };
    let error = serde_json::Error::invalid_type(unexpected, &"").to_string();
    let name = error.strip_prefix(INVALID_TYPE);
    let name = name.and_then(|rest| rest.strip_suffix(EXPECTED));
    name.unwrap_or_default().to_owned()
}

const INVALID_TYPE: &str = "invalid type: ";
const INVALID_LENGTH: &str = "invalid length ";
const EXPECTED: &str = ", expected ";

/// A value as text, in the ways that errors quote it.
fn quotes(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone(), text.escape_debug().to_string()],
        Value::Number(number) => vec![number.to_string()],
        _ => vec![],
    }
}

/// Whether an error may quote a value.
fn may_be_quoted(why: &str, value: &Value) -> bool {
    let length = match value {
        Value::Array(all) => Some(all.len()),
        Value::Object(all) => Some(all.len()),
        _ => None,
    };
    length.is_some_and(|length| why.starts_with(&format!("{INVALID_LENGTH}{length},")))
        || why.contains(&name_of(value))
        || quotes(value).iter().any(|quote| stands_in(why, quote))
}

/// Whether a text has another one in it that is no part of a word.
fn stands_in(why: &str, quote: &str) -> bool {
    !quote.is_empty()
        && why.match_indices(quote).any(|(at, _)| {
            let (before, after) = (&why[..at], &why[at + quote.len()..]);
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
        })
}

/// Whether two errors say the same of two values.
fn are_alike(why: &str, value: &Value, wrong: &str, other: &Value) -> bool {
    // Of two types, or of a type and of what is no such value.
    let other_name = name_of(other);
    let tail = wrong
        .strip_prefix(INVALID_TYPE)
        .and_then(|rest| rest.strip_prefix(&*other_name))
        .filter(|tail| tail.starts_with(EXPECTED));
    if let Some((tail, (head, rest))) = tail.zip(why.split_once(EXPECTED)) {
        let is_type = [INVALID_TYPE, "invalid value: "]
            .iter()
            .any(|begin| head.strip_prefix(begin) == Some(&*name_of(value)));
        let expected = &tail[EXPECTED.len()..];
        // What is said of a length may go on with how long it should be.
        return is_type && rest == expected
            || head.starts_with(INVALID_LENGTH) && rest.starts_with(expected);
    }
    // In words of another kind: the one text differs from the other in what it quotes.
    let other = quotes(other).pop().unwrap_or_default();
    let Some((begin, end)) = wrong.split_once(&other) else {
        return false;
    };
    let quoted = why
        .strip_prefix(begin)
        .and_then(|rest| rest.strip_suffix(end));
    quoted.is_some_and(|quoted| quotes(value).iter().any(|quote| quote == quoted))
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
