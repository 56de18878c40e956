use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(".{0,6}", inner, 0..6)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// Reads it again member by member, and each plain value as such.
fn reread(json: &mut Cursor<'_>) -> Result<Value, NotJson> {
    let mut members = serde_json::Map::new();
    match json.peek() {
        Some(b'{') => {
            json.members(|json, key| -> Result<(), NotJson> {
                members.insert(key.to_owned(), reread(json)?);
                Ok(())
            })?;
            Ok(members.into())
        }
        Some(b'[') => {
            let mut items = Vec::new();
            json.items(|json| -> Result<(), NotJson> {
                items.push(reread(json)?);
                Ok(())
            })?;
            Ok(items.into())
        }
        _ => Ok(match json.scalar()? {
            Scalar::Null | Scalar::Nested => Value::Null,
            Scalar::Bool(flag) => flag.into(),
            Scalar::Number(number) => number.into(),
            Scalar::Text(text) => text.into(),
        }),
    }
}

/// All numbers as one kind.
fn floating(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(items) => items.into_iter().map(floating).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| (key, floating(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    }
}

proptest! {
    #[test]
    fn json_is_read_as_by_others_and_skipped_to_its_end(value in any_json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let mut json = Cursor::new(text.as_bytes());
            prop_assert_eq!(reread(&mut json).unwrap(), floating(value.clone()));
            prop_assert!(json.is_at_end());
            let mut json = Cursor::new(text.as_bytes());
            prop_assert_eq!(json.skip().unwrap(), text.as_bytes());
            prop_assert!(json.is_at_end());
        }
    }

    #[test]
    fn what_is_cut_off_is_no_json(value in any_json(), at in any::<prop::sample::Index>()) {
        let text = Value::from(vec![value]).to_string();
        let cut = &text.as_bytes()[..at.index(text.len())];
        prop_assert!(Cursor::new(cut).skip().is_err());
        prop_assert!(reread(&mut Cursor::new(cut)).is_err());
    }

    #[test]
    fn nothing_else_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Cursor::new(&text).skip();
        let _ = reread(&mut Cursor::new(&text));
    }
}

#[test]
fn what_is_broken_is_read_as_far_as_it_can_be() {
    for (text, expected) in [
        (&b"\"caf\xe9\""[..], Scalar::Text("caf\u{fffd}".into())),
        (br#""caf\udce9 \/""#, Scalar::Text("caf\u{fffd} /".into())),
        (b"NaN", Scalar::Text("NaN".into())),
        (b"-1e999", Scalar::Text("-1e999".into())),
    ] {
        assert_eq!(Cursor::new(text).scalar().unwrap(), expected);
    }
    for text in [&b"hello"[..], b"<html>", b"[1,]", b"{\"a\" 1}", b"{1: 2}", b"", b"tru", b"\"\\", b"[1 2]"] {
        assert!(reread(&mut Cursor::new(text)).is_err(), "{text:?}");
    }
}
