//! Lenient access to the keys of one object: each is read on its own, and one
//! that cannot be read is counted and left out.

use serde_json::{Map, Value};

use crate::observation::label;
use crate::upstream::{Scalar, Unreadable};

/// An object, and where is counted what cannot be read of it.
pub(super) struct Fields<'a> {
    pub(super) map: &'a Map<String, Value>,
    pub(super) unreadable: &'a mut Unreadable,
}

impl<'a> Fields<'a> {
    /// What stands under `key`, or under keys within keys: `ha.mode.txt`.
    /// `Null` where one of them is missing.
    pub(super) fn scalar(&self, key: &str) -> Scalar<'a> {
        let mut keys = key.split('.');
        let first = keys.next().and_then(|key| self.map.get(key));
        let value = keys.fold(first, |value, key| value?.get(key));
        value.map(Scalar::from).unwrap_or_default()
    }

    /// A number that is not negative.
    pub(super) fn quantity(&mut self, key: &'static str) -> Option<f64> {
        let value = self.scalar(key);
        self.unreadable.check(key, &value, value.quantity())
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.scalar(key);
        self.unreadable.check(key, &value, value.flag())
    }

    /// A text that can be a label value.
    pub(super) fn label(&mut self, key: &'static str) -> Option<String> {
        let value = self.scalar(key);
        self.unreadable.check(key, &value, value.text().map(|text| label(&text)))
    }

    /// The object under `key`; anything else that is not empty is counted.
    pub(super) fn object(&mut self, key: &'static str) -> Option<&'a Map<String, Value>> {
        match self.map.get(key) {
            Some(Value::Object(map)) => Some(map),
            Some(other) if !is_nothing(other) => {
                self.unreadable.count(key);
                None
            }
            _ => None,
        }
    }
}

/// The number of an entry in a database, digit for digit: it goes into an address.
pub(super) fn oid(entry: &Value) -> Option<u64> {
    match entry.get("oid")? {
        Value::Number(number) => {
            // `157.0`, which is exact below 2^53.
            let exact =
                |number: &f64| number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(number);
            number.as_u64().or_else(|| number.as_f64().filter(exact).map(|number| number as u64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What systems send in place of an empty list or object.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_oid_keeps_all_its_digits_whatever_its_type() {
        for (value, expected) in [
            (json!(157), Some(157)),
            (json!(157.0), Some(157)),
            (json!(" 157 "), Some(157)),
            (json!(9_007_199_254_740_993_u64), Some(9_007_199_254_740_993)),
            (json!("9007199254740993"), Some(9_007_199_254_740_993)),
            (json!(u64::MAX), Some(u64::MAX)),
            (json!(1e300), None),
            (json!(1.5), None),
            (json!(-3), None),
            (json!("../157"), None),
            (json!(""), None),
            (json!(null), None),
            (json!([157]), None),
        ] {
            assert_eq!(oid(&json!({"oid": value})), expected, "{value}");
        }
    }
}
