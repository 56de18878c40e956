//! The keys of rows, in the order in which they came before. Whatever writes
//! one row writes the next alike, so that a key is known by one comparison.

use super::super::known;
use super::cursor::{Cursor, NotJson};
use super::field::Field;
use crate::upstream::Unknown;

/// More keys than any release has.
const MOST_KEYS: usize = 300;

/// What has been seen of the rows of a page.
#[derive(Default)]
pub(super) struct Shape {
    keys: Vec<Known>,
    /// Which is expected next.
    next: usize,
    /// Those that nobody knows, looked up when they were new.
    unknown: Unknown,
}

struct Known {
    /// With its quotes, up to the value.
    text: Box<[u8]>,
    field: Option<Field>,
}

impl Shape {
    /// At the beginning of a row.
    pub(super) fn rewind(&mut self) {
        self.next = 0;
    }

    /// The keys that nobody knows.
    pub(super) fn unknown(&self) -> &Unknown {
        &self.unknown
    }

    /// Steps over a key, up to its value; `None` for what is not counted.
    pub(super) fn field(&mut self, json: &mut Cursor<'_>) -> Result<Option<Field>, NotJson> {
        if let Some(expected) = self.keys.get(self.next)
            && json.eat_text(&expected.text)
        {
            self.next += 1;
            return Ok(expected.field);
        }
        let before = json.rest();
        let key = json.key()?;
        let text = before.get(..before.len() - json.rest().len()).ok_or(NotJson)?;
        // As a rule it is one of the next: other rows have more fields than this one.
        let (before, after) = self.keys.split_at_checked(self.next).unwrap_or_default();
        let mut known = after.iter().zip(self.next..).chain(before.iter().zip(0..));
        let known = known.find(|(known, _)| *known.text == *text);
        if let Some((known, at)) = known {
            self.next = at + 1;
            return Ok(known.field);
        }
        let field = Field::of(&key);
        if self.keys.len() < MOST_KEYS {
            if field.is_none() && !known::ROW.has(&key) {
                self.unknown.add("", &key);
            }
            let at = self.next.min(self.keys.len());
            self.keys.insert(at, Known { text: text.into(), field });
            self.next = at + 1;
        }
        Ok(field)
    }
}
