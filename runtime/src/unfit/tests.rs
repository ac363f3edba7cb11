//! The field at fault, in types of each kind that serde knows.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "it is parsed, and no more")]
enum Internal {
    Ask {
        question: String,
        #[serde(default)]
        items: Vec<Item>,
        #[serde(default)]
        labels: HashMap<String, u32>,
        #[serde(default)]
        zz: Option<u32>,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        is_open: bool,
    },
    Rate(Stars),
    Wait,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is parsed, and no more")]
struct Item {
    name: String,
    n: u8,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "it is parsed, and no more")]
enum Inner {
    A { zz: u32, pair: (u8, u8) },
    B { deep: Box<Internal> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is parsed, and no more")]
struct Stars {
    stars: i8,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is parsed, and no more")]
struct Flat {
    #[serde(rename = "type")]
    kind: String,
    z: u32,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is parsed, and no more")]
struct Rest {
    payload: Stars,
    #[serde(default)]
    a: Vec<Inner>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
#[expect(dead_code, reason = "it is parsed, and no more")]
enum Adjacent {
    Ask { item: Item, inner: Inner },
}

#[track_caller]
fn check<M: DeserializeOwned + std::fmt::Debug>(message: Value, field: &str) {
    let text = message.to_string();
    let unfit = parse::<M>(&text.as_str().into()).expect_err(&text);
    assert_eq!(
        unfit.field.as_deref().unwrap_or("-"),
        field,
        "{text}: {}",
        unfit.why
    );
}

#[test]
fn the_field_of_an_enum_that_is_told_by_its_type_is_named() {
    let ask = |more: Value| {
        let mut message = json!({"type": "ask", "question": "ask"});
        for (key, value) in more.as_object().expect("an object") {
            message[key] = value.clone();
        }
        message
    };
    for wrong in [
        json!(5),
        json!(null),
        json!([1]),
        json!({"a": 1}),
        json!(1.5),
        json!(true),
    ] {
        check::<Internal>(ask(json!({"question": wrong})), "question");
    }
    for wrong in [
        json!("ask"),
        json!("\"\n"),
        json!(-1),
        json!(256),
        json!(null),
        json!(1.0),
    ] {
        let item = json!({"name": "x", "n": wrong});
        check::<Internal>(ask(json!({"items": [item]})), "items[0].n");
        let items = json!([{"name": "x", "n": 1}, item, item]);
        check::<Internal>(ask(json!({"items": items, "is_open": true})), "items[1].n");
    }
    check::<Internal>(ask(json!({"items": {"n": 1}})), "items");
    check::<Internal>(ask(json!({"items": [7]})), "items[0]");
    check::<Internal>(ask(json!({"is_open": "yes"})), "is_open");
    check::<Internal>(ask(json!({"labels": {"a": 1, "b": "1"}})), "labels.b");
    check::<Internal>(json!({"type": "ask"}), "question");
    check::<Internal>(ask(json!({"items": [{"n": 1}]})), "items[0].name");
    // The same is missing in each of them, and a map and an option could have it.
    let items = json!([{"name": "a", "n": 1}, {"name": "b"}, {"name": "c"}]);
    check::<Internal>(ask(json!({"items": items})), "items[1].n");
    let inner = json!({"kind": "A", "pair": [1, 2]});
    check::<Internal>(ask(json!({"labels": {"a": 1}, "inner": inner})), "inner.zz");
    check::<Internal>(
        ask(json!({"inner": {"kind": "A", "zz": 1, "pair": [1]}})),
        "inner.pair",
    );
    check::<Internal>(ask(json!({"inner": {"kind": "C"}})), "inner.kind");
    check::<Internal>(ask(json!({"inner": {}})), "inner.kind");
    let deep = ask(json!({"inner": {"kind": "A", "zz": "1", "pair": [1, 2]}}));
    check::<Internal>(
        ask(json!({"inner": {"kind": "B", "deep": deep}})),
        "inner.deep.inner.zz",
    );
    check::<Internal>(json!({"type": "rate"}), "stars");
    check::<Internal>(json!({"type": "rate", "stars": -200}), "stars");
    check::<Internal>(json!({"type": "rate", "stars": 2, "nota": 1}), "nota");
    check::<Internal>(json!({"type": "other", "stars": 2}), "type");
    check::<Internal>(json!({"type": 2}), "type");
    check::<Internal>(json!({}), "type");
}

#[test]
fn the_field_of_what_is_flattened_or_kept_for_later_is_named() {
    let flat = |payload: Value| json!({"type": "x", "z": 1, "payload": payload, "a": []});
    check::<Flat>(flat(json!({"stars": "1"})), "payload.stars");
    check::<Flat>(flat(json!({})), "payload.stars");
    check::<Flat>(flat(json!({"stars": 1, "zz": 1})), "payload.zz");
    check::<Flat>(flat(json!(1)), "payload");
    check::<Flat>(json!({"type": "x", "z": "1", "payload": {"stars": 1}}), "z");
    check::<Flat>(json!({"type": "x", "z": 1}), "payload");
    let a =
        json!([{"kind": "A", "zz": 1, "pair": [1, 2]}, {"kind": "A", "zz": 1, "pair": [1, "2"]}]);
    check::<Flat>(
        json!({"type": "x", "z": 1, "payload": {"stars": 1}, "a": a}),
        "a[1].pair[1]",
    );
    // A payload before its type, and an enum within it.
    let inner = json!({"kind": "A", "zz": 1, "pair": [1, 2]});
    let ask = |item: Value, inner: Value| json!({"payload": {"item": item, "inner": inner}, "type": "ask"});
    let item = json!({"name": "x", "n": 1});
    check::<Adjacent>(ask(json!({"name": 1, "n": 1}), inner), "payload.item.name");
    // Either of them is wrong.
    check::<Adjacent>(ask(json!({"n": 1}), json!({})), "payload.inner.kind");
    check::<Adjacent>(
        ask(item.clone(), json!({"kind": "A", "pair": [1, 2]})),
        "payload.inner.zz",
    );
    check::<Adjacent>(
        ask(item, json!({"kind": "A", "zz": [], "pair": [1, 2]})),
        "payload.inner.zz",
    );
}

#[derive(Debug)]
struct Even;

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            even if even % 2 == 0 => Ok(Self),
            odd if odd > 1_000_000_000 => Err(D::Error::custom("too odd")),
            odd => Err(D::Error::custom(format!("{odd} is odd"))),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is parsed, and no more")]
enum Untagged {
    One { a: u32 },
    Two { b: Even },
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
#[expect(dead_code, reason = "it is parsed, and no more")]
enum Odd {
    Ask { a: Even, b: Even },
    Any { it: Untagged },
}

#[test]
fn where_the_error_quotes_nothing_no_field_is_named() {
    check::<Odd>(json!({"type": "Ask", "a": 2, "b": 3}), "b");
    check::<Odd>(json!({"type": "Ask", "a": 2, "b": 3_000_000_001_u32}), "-");
    check::<Odd>(json!({"type": "Any", "it": {"a": "1"}}), "-");
    check::<Untagged>(json!({"a": "1"}), "-");
    check::<Vec<u32>>(json!({"a": 1}), "-");
}

#[test]
fn a_long_message_is_read_a_few_times_only() {
    let items: Vec<_> = (0..3_000).map(|_| json!({"name": "x", "n": 1})).collect();
    let message = json!({"type": "ask", "question": "q", "items": items});
    let field = |last: Value| {
        let mut message = message.clone();
        message["items"][2_999]["n"] = last;
        let text = message.to_string();
        parse::<Internal>(&text.as_str().into())
            .expect_err("it is none")
            .field
    };
    assert_eq!(field(json!("one")).as_deref(), Some("items[2999].n"));
    // All that look alike are not tried.
    assert_eq!(field(json!("x")), None);
}

/// The error quotes a long text, and each of many values might be it: that would be gone through
/// for each.
#[test]
fn a_long_error_is_gone_through_a_few_times_only() {
    let long = "é".repeat(14_000);
    let message = json!({"type": long, "x": vec!["é"; 7_000]});
    let unfit = parse::<Internal>(&message.to_string().as_str().into()).expect_err("it is none");
    assert_eq!(unfit.field.as_deref(), Some("type"));
    assert!(unfit.why.len() <= TOLD, "{} bytes", unfit.why.len());
    assert!(
        unfit.why.starts_with("unknown variant `éé"),
        "{}",
        unfit.why
    );
    assert!(
        unfit.why.contains("expected one of `ask`, `rate`, `wait`"),
        "{}",
        unfit.why
    );

    let why = "é ".repeat(14_000);
    let mut looked = Collected {
        places: Vec::new(),
        looks: LOOKS / why.len(),
    };
    let asked = std::cell::Cell::new(0);
    let might_be = |_: &Value| {
        asked.set(asked.get() + 1);
        false
    };
    assert_eq!(looked.collect(&message, &mut Vec::new(), &might_be), None);
    assert!(asked.get() * why.len() <= LOOKS);
}

/// Whatever stands first in the text: the field and the reason are of one fault.
#[test]
fn the_field_and_the_reason_are_of_one_fault() {
    for text in [
        r#"{"type":"ask","question":5,"items":7}"#,
        r#"{"type":"ask","items":7,"question":5}"#,
    ] {
        let unfit = parse::<Internal>(&text.into()).expect_err("it is none");
        let number = match unfit.field.as_deref() {
            Some("question") => "`5`",
            Some("items") => "`7`",
            other => panic!("{other:?}"),
        };
        assert!(unfit.why.contains(number), "{}", unfit.why);
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..4_u8).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a\"\\\\]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("a|n|zz", inner, 0..3)
                .prop_map(|all: BTreeMap<String, Value>| Value::from_iter(all)),
        ]
    })
}

proptest! {
    /// One value of a message that fits is another one: if it does not fit any more, then by it.
    #[test]
    fn the_field_that_is_named_is_the_one_that_was_changed(
        value in values(),
        at in any::<prop::sample::Index>(),
    ) {
        let places = [
            "/question", "/items", "/items/0", "/items/1/name", "/items/1/n", "/labels", "/labels/a",
            "/zz", "/inner", "/inner/deep/stars", "/inner/deep/note", "/inner/deep", "/is_open",
        ];
        let mut message = json!({
            "type": "ask", "question": "a", "items": [{"name": "a", "n": 1}, {"name": "a", "n": 2}],
            "labels": {"a": 1, "zz": 1}, "zz": 1, "is_open": true,
            "inner": {"kind": "B", "deep": {"type": "rate", "stars": 3, "note": "a"}},
        });
        let place = *at.get(&places);
        // Serde takes an array for a struct, and then says that a field is missing in it.
        let may_be_silent = value.is_array();
        *message.pointer_mut(place).expect("it is there") = value;
        let text = message.to_string();
        if let Err(unfit) = parse::<Internal>(&text.as_str().into()) {
            let mut changed = String::new();
            for step in place[1..].split('/') {
                match step.parse::<usize>() {
                    Ok(index) => changed += &format!("[{index}]"),
                    Err(_) if changed.is_empty() => changed += step,
                    Err(_) => changed.extend([".", step]),
                }
            }
            match unfit.field {
                Some(field) => {
                    prop_assert!(is_at_or_below(&field, &changed), "{} of {}: {}", field, text, unfit.why);
                }
                None => prop_assert!(may_be_silent, "{}: {}", text, unfit.why),
            }
        }
    }
}
