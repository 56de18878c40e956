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
        match self.peek() {
            Some(byte) if byte == closing => {
                self.advance(1);
                Ok(false)
            }
            _ if is_first => Ok(true),
            Some(b',') => {
                self.advance(1);
                Ok(true)
            }
            _ => Err(NotJson),
        }
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
            // What follows shows whether the word ends there.
            Some(b't') if self.eat_text(b"true") => Scalar::Bool(true),
            Some(b'f') if self.eat_text(b"false") => Scalar::Bool(false),
            Some(b'n') if self.eat_text(b"null") => Scalar::Null,
            _ => self.number()?,
        })
    }

    /// A number, or a text that is meant for one.
    fn number(&mut self) -> Result<Scalar<'a>, NotJson> {
        // Most are counts; fifteen digits are exact as a number.
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=15).contains(&digits) && !self.rest.get(digits).is_some_and(is_of_a_word) {
            let digits = self.rest.get(..digits).unwrap_or_default();
            self.advance(digits.len());
            let number = digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(digit - b'0'));
            return Ok(Scalar::Number(number as f64));
        }
        let text = str::from_utf8(self.word()?).map_err(|_| NotJson)?;
        let number: f64 = text.parse().map_err(|_| NotJson)?;
        // `NaN`, or beyond any number.
        let is_one = number.is_finite();
        Ok(if is_one { Scalar::Number(number) } else { Scalar::Text(Cow::Borrowed(text)) })
    }

    /// Steps over a value, which is returned as it stands.
    pub(super) fn skip(&mut self) -> Result<&'a [u8], NotJson> {
        let (kind, before) = (self.peek(), self.rest);
        match kind {
            Some(b'"') => self.quoted().map(drop)?,
            Some(b'{' | b'[') => self.skip_nested()?,
            Some(b't') if self.eat_text(b"true") => {}
            Some(b'f') if self.eat_text(b"false") => {}
            Some(b'n') if self.eat_text(b"null") => {}
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

    /// A number, or what is meant for one.
    fn word(&mut self) -> Result<&'a [u8], NotJson> {
        self.peek();
        let length = self.rest.iter().position(|byte| !is_of_a_word(byte)).unwrap_or(self.rest.len());
        let word = self.rest.get(..length).ok_or(NotJson)?;
        match word {
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] => {}
            b"NaN" | b"Infinity" | b"-Infinity" => {}
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

fn is_of_a_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

#[cfg(test)]
mod tests;
