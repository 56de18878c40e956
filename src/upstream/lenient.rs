//! JSON values whose type drifts from release to release: `5`, `"5"`, `5.0`,
//! `true`, `1`, `null`. A value is read for what it plainly means, or not at
//! all; a guess would be a wrong number.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::unknown::Unknown;

/// One JSON value that should be a number, a switch or a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scalar<'a> {
    /// `null`: the system says it does not know.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any JSON number.
    Number(f64),
    /// Any JSON string.
    Text(Cow<'a, str>),
    /// An array or an object, where none belongs.
    Nested,
}

impl Scalar<'_> {
    /// Whether there is anything to read: neither `null` nor an empty text.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// A finite number, also from a text that is nothing but one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number).filter(|n| n.is_finite()),
            Self::Text(text) => {
                let text = text.trim();
                // Rust also reads `inf` and `nan`; no Fortinet system means those.
                let numeric = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
                text.parse().ok().filter(|n: &f64| numeric && n.is_finite())
            }
            Self::Bool(_) | Self::Null | Self::Nested => None,
        }
    }

    /// A count, size or moment: a number that is not negative.
    pub fn quantity(&self) -> Option<f64> {
        self.number().filter(|number| *number >= 0.0)
    }

    /// A switch: `true`, `1`, `"1"`, `"true"`, `"enable"` and their opposites.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Number(_) => match self.number() {
                Some(0.0) => Some(false),
                Some(1.0) => Some(true),
                _ => None,
            },
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "on" | "enable" | "enabled" => Some(true),
                "0" | "false" | "no" | "off" | "disable" | "disabled" => Some(false),
                _ => None,
            },
            Self::Null | Self::Nested => None,
        }
    }

    /// A text; a number is read as it would be written.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text.as_ref())),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(flag) => Some(Cow::Borrowed(if *flag { "1" } else { "0" })),
            Self::Null | Self::Nested => None,
        }
    }
}

impl<'a> From<&'a Value> for Scalar<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => number.as_f64().map_or(Self::Nested, Self::Number),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Self::Nested,
        }
    }
}

/// What of an answer was not read: fields that were there but could not be, by
/// name and how often, and keys that nobody knows.
///
/// A missing or `null` field is not unreadable: the system did not claim to
/// know it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Unreadable {
    fields: BTreeMap<&'static str, u64>,
    /// Keys that nobody knows.
    pub unknown: Unknown,
}

impl Unreadable {
    /// Counts one unreadable value of `field`.
    pub fn count(&mut self, field: &'static str) {
        *self.fields.entry(field).or_default() += 1;
    }

    /// Passes `value` on; counts `field` when there was something to read and
    /// nothing came of it.
    pub fn check<T>(&mut self, field: &'static str, scalar: &Scalar<'_>, value: Option<T>) -> Option<T> {
        if value.is_none() && !scalar.is_empty() {
            self.count(field);
        }
        value
    }

    /// Adds what `others` has of either.
    pub fn add(&mut self, others: &Self) {
        for (field, count) in &others.fields {
            *self.fields.entry(field).or_default() += count;
        }
        self.unknown.extend(&others.unknown);
    }

    /// Each field with its count, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.fields.iter().map(|(field, count)| (*field, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn one_meaning_in_every_type() {
        for json in ["5", "5.0", "\"5\"", "\" 5 \"", "\"5.0\""] {
            assert_eq!(Scalar::from(&value(json)).number(), Some(5.0), "{json}");
        }
        for json in ["true", "1", "1.0", "\"1\"", "\"TRUE\"", "\"enable\""] {
            assert_eq!(Scalar::from(&value(json)).flag(), Some(true), "{json}");
        }
        for json in ["false", "0", "0.0", "\"0\"", "\"disabled\""] {
            assert_eq!(Scalar::from(&value(json)).flag(), Some(false), "{json}");
        }
    }

    #[test]
    fn what_means_nothing_plain_is_unknown() {
        for json in
            ["null", "\"\"", "\"five\"", "\"inf\"", "\"NaN\"", "\"infinity\"", "[5]", "{\"a\":5}", "true"]
        {
            assert_eq!(Scalar::from(&value(json)).number(), None, "{json}");
        }
        for json in ["null", "2", "-1", "\"maybe\"", "[true]"] {
            assert_eq!(Scalar::from(&value(json)).flag(), None, "{json}");
        }
        assert_eq!(Scalar::from(&value("-3")).quantity(), None);
    }

    #[test]
    fn only_what_was_there_counts_as_unreadable() {
        let mut unreadable = Unreadable::default();
        for json in ["null", "\"\"", "\"x\"", "[]"] {
            let value = value(json);
            let scalar = Scalar::from(&value);
            unreadable.check("field", &scalar, scalar.number());
        }
        assert_eq!(unreadable.iter().collect::<Vec<_>>(), [("field", 2)]);
    }
}
