//! JSON with a stand-in for every value that is not listed as plain.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::dates::{self, WEEK, moved};
use super::plain::is_harmless;
use super::stand_ins::StandIns;
use super::words::Words;
use crate::upstream::{Field, Page, Unknown, Vocabulary, is_field_name, join};

/// A list with more items is shown by its first few.
const MOST_ITEMS: usize = 12;
const FIRST: usize = 3;

/// In names of fields that hold a secret: not even the shape of it is shown.
const SECRETS: [&str; 7] = ["access_code", "cookie", "key", "pass", "secret", "session", "token"];
const MASKED: &str = "masked";

/// Clocks show an instant of this range, in seconds since 1970.
const INSTANTS: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// What masks the exchanges of one capture.
pub(super) struct Mask {
    pub(super) vocabulary: &'static Vocabulary,
    pub(super) stand_ins: StandIns,
    pub(super) words: Words,
    /// How far the system's clock is put back, which is close to the day of the capture.
    clocks: i64,
    /// How far all other dates are, which so are not told by it.
    days: i64,
}

/// An answer while it is masked.
struct Answer<'a> {
    page: Option<&'a Page>,
    /// Items that are not shown, by the path of their list.
    left_out: BTreeMap<String, usize>,
}

impl Mask {
    pub(super) fn new(vocabulary: &'static Vocabulary) -> Self {
        Self {
            vocabulary,
            stand_ins: StandIns::default(),
            words: Words::of(vocabulary),
            clocks: fastrand::i64(6..52),
            days: fastrand::i64(1..52),
        }
    }

    /// A body of a page, and how many items were left out of which lists.
    pub(super) fn body(&mut self, page: Option<&Page>, body: &Value) -> (Value, BTreeMap<String, usize>) {
        let mut answer = Answer { page, left_out: BTreeMap::new() };
        let masked = self.value(&mut answer, "", body);
        (masked, answer.left_out)
    }

    fn value(&mut self, answer: &mut Answer<'_>, path: &str, value: &Value) -> Value {
        let field = self.find(answer.page, path);
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(number) => match field {
                Some(Field::Plain) => value.clone(),
                Some(Field::Clock) if number.as_i64().is_some_and(|at| INSTANTS.contains(&at)) => {
                    (number.as_i64().unwrap_or_default() - self.clocks * WEEK).into()
                }
                _ => self.stand_ins.number(number),
            },
            Value::String(text) => self.text(field, path, text).into(),
            Value::Array(items) => {
                let shown = if items.len() > MOST_ITEMS { FIRST } else { items.len() };
                if shown < items.len() {
                    *answer.left_out.entry(path.to_owned()).or_default() += items.len() - shown;
                }
                items.iter().take(shown).map(|item| self.value(answer, path, item)).collect()
            }
            Value::Object(members) => self.members(answer, path, members).into(),
        }
    }

    fn text(&mut self, field: Option<Field>, path: &str, text: &str) -> String {
        if field != Some(Field::Plain) && !text.is_empty() && is_secret(path) {
            return MASKED.to_owned();
        }
        if field == Some(Field::Clock)
            && let Some(instant) = text.parse().ok().filter(|at| INSTANTS.contains(at))
        {
            return (instant - self.clocks * WEEK).to_string();
        }
        let weeks = if field == Some(Field::Clock) { self.clocks } else { self.days };
        match moved(text, weeks) {
            Some(moved) if dates::is_all(&moved) => moved.text,
            Some(moved) if field == Some(Field::Plain) && is_harmless(&moved.around) => moved.text,
            None if field == Some(Field::Plain) && is_harmless(text) => text.to_owned(),
            // Some answers repeat what was asked for.
            _ if self.is_own(text) => self.address(text),
            _ => self.stand_ins.text(text),
        }
    }

    fn members(
        &mut self,
        answer: &mut Answer<'_>,
        path: &str,
        members: &Map<String, Value>,
    ) -> Map<String, Value> {
        let page = answer.page;
        let is_known = path.is_empty() || self.is_inner(page, path);
        let has_codes = is_known && self.find(page, &join(path, "*")).is_some();
        let is_field = |mask: &Self, key: &str| is_known && mask.find(page, &join(path, key)).is_some();
        let strangers = members.keys().filter(|key| has_codes || !is_field(self, key)).count();
        let is_data = strangers > Unknown::MOST_NAMES;
        let (mut masked, mut told) = (Map::new(), 0);
        for (key, value) in members {
            let is_stranger = has_codes || !is_field(self, key);
            told += usize::from(is_stranger);
            if is_data && is_stranger && told > FIRST {
                *answer.left_out.entry(path.to_owned()).or_default() += 1;
                continue;
            }
            let is_shown = match (is_stranger, is_known && !is_data) {
                (false, _) => true,
                // A new field of something known, or one more code.
                (true, true) => is_field_name(key),
                // What is below something that nobody knows may be anybody's names.
                (true, false) => !is_data && self.words.has_all_of(key),
            };
            let shown = if is_shown { key.clone() } else { self.stand_ins.text(key) };
            masked.insert(shown, self.value(answer, &join(path, key), value));
        }
        masked
    }

    /// What is known of a field by its path in the whole answer.
    fn find(&self, page: Option<&Page>, path: &str) -> Option<Field> {
        page.and_then(|page| page.find(within(page, path)?)).or_else(|| self.vocabulary.envelope.find(path))
    }

    fn is_inner(&self, page: Option<&Page>, path: &str) -> bool {
        let leads_there = |page: &Page| match within(page, path) {
            Some(path) => path.is_empty() || page.is_inner(path),
            None => page.below.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')),
        };
        page.is_some_and(leads_there) || self.vocabulary.envelope.is_inner(path)
    }
}

fn is_secret(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    SECRETS.iter().any(|word| key.contains(word))
}

/// The path of a field in what the page's own fields stand in.
fn within<'a>(page: &Page, path: &'a str) -> Option<&'a str> {
    match path.strip_prefix(page.below)? {
        "" => Some(""),
        rest if page.below.is_empty() => Some(rest),
        rest => rest.strip_prefix('.'),
    }
}
