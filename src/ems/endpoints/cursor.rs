//! JSON read from front to back, without a tree and almost without a copy.
//!
//! What is skipped is looked at no closer than finding its end needs. What is
//! read forgives what [`lenient_json`] forgives, since EMS hands on whatever
//! endpoints call themselves: broken characters are replaced, and what cannot
//! be a number is a text.

use std::borrow::Cow;

use memchr::memchr2;

use crate::upstream::{Scalar, lenient_json};

/// What stands here is no JSON.
#[derive(Debug)]
pub(super) struct NotJson;

/// A place in a text, and what follows.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// Whether nothing follows any more.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Reads the members of an object. What is none is skipped; returns whether it was one.
    pub(super) fn members<E: From<NotJson>>(
        &mut self,
        mut read: impl FnMut(&mut Self, &str) -> Result<(), E>,
    ) -> Result<bool, E> {
        if !self.eat(b'{') {
            self.skip()?;
            return Ok(false);
        }
        let mut is_first = true;
        while self.has_more(b'}', is_first)? {
            is_first = false;
            let key = self.key()?;
            read(self, &key)?;
        }
        Ok(true)
    }

    /// Reads the items of a list, likewise.
    pub(super) fn items<E: From<NotJson>>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<bool, E> {
        if !self.eat(b'[') {
            self.skip()?;
            return Ok(false);
        }
        let mut is_first = true;
        while self.has_more(b']', is_first)? {
            is_first = false;
            read(self)?;
        }
        Ok(true)
    }

    /// Steps over this byte, if it is the next one that is not white space.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.advance(1);
        }
        is_next
    }

    /// Steps over this text, if it follows white space or nothing.
    pub(super) fn eat_text(&mut self, text: &[u8]) -> bool {
        self.peek();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Whether another member or item follows: at the closing bracket, none does.
    pub(super) fn has_more(&mut self, closing: u8, is_first: bool) -> Result<bool, NotJson> {
        if self.eat(closing) {
            return Ok(false);
        }
        if is_first || self.eat(b',') { Ok(true) } else { Err(NotJson) }
    }

    /// A key, up to the value.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, NotJson> {
        let key = self.text()?;
        if !self.eat(b':') {
            return Err(NotJson);
        }
        self.peek();
        Ok(key)
    }

    /// A plain value, or that it is none.
    pub(super) fn scalar(&mut self) -> Result<Scalar<'a>, NotJson> {
        Ok(match self.peek() {
            Some(b'"') => Scalar::Text(self.text()?),
            Some(b'{' | b'[') => {
                self.skip_nested()?;
                Scalar::Nested
            }
            _ => match self.word()? {
                b"null" => Scalar::Null,
                b"true" => Scalar::Bool(true),
                b"false" => Scalar::Bool(false),
                word => {
                    let text = str::from_utf8(word).map_err(|_| NotJson)?;
                    match number(text).ok_or(NotJson)? {
                        number if number.is_finite() => Scalar::Number(number),
                        // `NaN`, or beyond any number.
                        _ => Scalar::Text(Cow::Borrowed(text)),
                    }
                }
            },
        })
    }

    /// Steps over a value, which is returned as it stands.
    pub(super) fn skip(&mut self) -> Result<&'a [u8], NotJson> {
        let (kind, before) = (self.peek(), self.rest);
        match kind {
            Some(b'"') => self.quoted().map(drop)?,
            Some(b'{' | b'[') => self.skip_nested()?,
            _ => self.word().map(drop)?,
        }
        before.get(..before.len() - self.rest.len()).ok_or(NotJson)
    }

    fn skip_nested(&mut self) -> Result<(), NotJson> {
        let mut depth = 0_usize;
        loop {
            let matters = |byte: &u8| matches!(byte, b'"' | b'{' | b'[' | b'}' | b']');
            let at = self.rest.iter().position(matters).ok_or(NotJson)?;
            self.advance(at);
            match self.rest.first() {
                Some(b'"') => {
                    self.quoted()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                _ => depth -= 1,
            }
            self.advance(1);
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn text(&mut self) -> Result<Cow<'a, str>, NotJson> {
        let (text, has_escapes) = self.quoted()?;
        let plain = text.get(1..text.len() - 1).filter(|_| !has_escapes);
        match plain.and_then(|plain| str::from_utf8(plain).ok()) {
            Some(plain) => Ok(Cow::Borrowed(plain)),
            None => lenient_json(text).map(Cow::Owned).ok_or(NotJson),
        }
    }

    /// A text with its quotes, and whether it has escapes.
    fn quoted(&mut self) -> Result<(&'a [u8], bool), NotJson> {
        self.peek();
        let text = self.rest;
        if text.first() != Some(&b'"') {
            return Err(NotJson);
        }
        let (mut at, mut has_escapes) = (1, false);
        loop {
            let rest = text.get(at..).ok_or(NotJson)?;
            at += memchr2(b'"', b'\\', rest).ok_or(NotJson)?;
            if text.get(at) == Some(&b'"') {
                self.advance(at + 1);
                return Ok((text.get(..=at).ok_or(NotJson)?, has_escapes));
            }
            has_escapes = true;
            at += 2;
        }
    }

    /// A literal or a number, or what is meant for one.
    fn word(&mut self) -> Result<&'a [u8], NotJson> {
        self.peek();
        let is_of_a_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = self.rest.iter().position(|byte| !is_of_a_word(byte)).unwrap_or(self.rest.len());
        let word = self.rest.get(..length).ok_or(NotJson)?;
        match word {
            b"true" | b"false" | b"null" | b"NaN" | b"Infinity" | b"-Infinity" => {}
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => {}
            _ => return Err(NotJson),
        }
        self.advance(length);
        Ok(word)
    }

    /// The next byte that is not white space, which is stepped over.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.rest {
                [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] => self.rest = rest,
                [byte, ..] => return Some(*byte),
                [] => return None,
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// What follows, for measuring what was read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

fn number(text: &str) -> Option<f64> {
    // Most are counts: fifteen digits are exact as a number.
    if text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.bytes().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0')) as f64);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
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
        for text in
            [&b"hello"[..], b"<html>", b"[1,]", b"{\"a\" 1}", b"{1: 2}", b"", b"tru", b"\"\\", b"[1 2]"]
        {
            assert!(reread(&mut Cursor::new(text)).is_err(), "{text:?}");
        }
    }
}
