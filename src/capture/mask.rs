//! JSON with a stand-in for every value that is not listed as plain.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

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
    /// How far the system's clock is put back, and all that lies close to the day of the capture.
    clocks: i64,
    /// How far the ends of contracts are, which so are not told by it.
    ends: i64,
    /// How far dates are of which nobody knows what they are.
    others: i64,
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
            ends: fastrand::i64(1..52),
            others: fastrand::i64(1..52),
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
                _ => match self.instant(field, number.as_i64()) {
                    Some(instant) => instant.into(),
                    None => self.stand_ins.number(number),
                },
            },
            Value::String(text) => self.text(answer.page, field, path, text).into(),
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

    fn text(&mut self, page: Option<&Page>, field: Option<Field>, path: &str, text: &str) -> String {
        if field != Some(Field::Plain) && !text.is_empty() && is_secret(path) {
            return MASKED.to_owned();
        }
        if let Some(instant) = self.instant(field, text.parse().ok()) {
            return instant.to_string();
        }
        let weeks = match field {
            Some(Field::End) => self.ends,
            Some(Field::Plain) if is_end(page, path) => self.ends,
            Some(Field::Plain | Field::Clock) => self.clocks,
            _ => self.others,
        };
        let is_one_date = |around: &str| moved(around, weeks).is_none();
        match moved(text, weeks) {
            Some(moved) if dates::is_all(&moved) => moved.text,
            Some(moved)
                if field == Some(Field::Plain)
                    && is_harmless(&moved.around)
                    && is_one_date(&moved.around) =>
            {
                moved.text
            }
            None if field == Some(Field::Plain) && is_harmless(text) => text.to_owned(),
            // Some answers repeat what was asked for.
            _ if self.is_own(text) => self.address(text),
            _ => self.stand_ins.text(text),
        }
    }

    /// An instant of a field that holds one, moved.
    fn instant(&self, field: Option<Field>, at: Option<i64>) -> Option<i64> {
        let weeks = match field? {
            Field::Clock => self.clocks,
            Field::End => self.ends,
            _ => return None,
        };
        at.filter(|at| INSTANTS.contains(at)).map(|at| at - weeks * WEEK)
    }

    /// A number that the exporter has sent: an instant comes from its clock.
    pub(super) fn sent(&self, number: &Number) -> Value {
        self.instant(Some(Field::Clock), number.as_i64()).map_or_else(|| number.clone().into(), Value::from)
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

fn is_end(page: Option<&Page>, path: &str) -> bool {
    page.is_some_and(|page| within(page, path).is_some_and(|path| page.is_end(path)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static PAGE: Page = Page {
        addresses: &["/page"],
        below: "data",
        plain: &["days.date", "items", "seats.*"],
        clocks: &["now"],
        ends: &["end", "items"],
        private: &["name"],
    };
    static VOCABULARY: Vocabulary = Vocabulary {
        pages: &[&PAGE],
        envelope: Page { addresses: &[], below: "", plain: &["code"], clocks: &[], ends: &[], private: &[] },
        sign_ins: &[],
        paths: &[],
        parameters: &[],
    };

    fn masked(body: &Value) -> (Value, BTreeMap<String, usize>) {
        Mask::new(&VOCABULARY).body(Some(&PAGE), body)
    }

    #[test]
    fn times_are_moved_by_weeks_those_of_the_clock_apart_from_others() {
        let (body, _) =
            masked(&json!({"data": {"now": "1748491302", "end": 1_748_491_302, "name": 1_748_491_302}}));
        let now: i64 = body["data"]["now"].as_str().unwrap().parse().unwrap();
        let end = body["data"]["end"].as_i64().unwrap();
        for moved in [now, end] {
            assert!(moved < 1_748_491_302 && (1_748_491_302 - moved) % WEEK == 0, "{body}");
        }
        assert_eq!(body["data"]["name"], 1_000_000_000);
        let (body, _) = masked(&json!({"code": 7, "data": {"items": ["VMLS-1-06-20260525:0:5000:5000:0"]}}));
        assert_eq!(body["code"], 7);
        let item = body["data"]["items"][0].as_str().unwrap();
        assert!(item.starts_with("VMLS-1-06-202") && item.ends_with(":0:5000:5000:0"), "{item}");
    }

    #[test]
    fn no_date_near_the_capture_tells_how_far_contracts_were_moved() {
        let mut mask = Mask::new(&VOCABULARY);
        (mask.clocks, mask.ends, mask.others) = (10, 20, 30);
        let (body, _) = mask.body(
            Some(&PAGE),
            &json!({"data": {
                "days": [{"date": "Today"}, {"date": "Jul 20, 2026"}],
                "items": "AVEN-1-99-20260720:0:1:1:0",
                "new": {"seen": "2026-07-20"},
            }}),
        );
        let data = &body["data"];
        assert_eq!(data["days"], json!([{"date": "Today"}, {"date": "May 11, 2026"}]));
        assert_eq!(data["items"], "AVEN-1-99-20260302:0:1:1:0");
        assert_eq!(data["new"].as_object().unwrap().values().next().unwrap(), "2025-12-22");
    }

    #[test]
    fn keys_are_shown_unless_they_may_be_names() {
        let sites: Map<String, Value> = (0..60).map(|number| (format!("site_{number}"), json!(1))).collect();
        let (body, left_out) = masked(&json!({
            "data": {"grace": 1, "seats": {"epp": 5, "FG100FTK20001234": 5}, "new": {"state": 1, "paris": 1}},
            "sites": sites,
        }));
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&body["data"]), ["grace", "new", "seats"]);
        assert_eq!(keys(&body["data"]["seats"]), ["AA000AAA00000000", "epp"]);
        assert_eq!(keys(&body["data"]["new"]), ["aaaaa", "state"]);
        assert_eq!(body["sites"].as_object().unwrap().len(), FIRST);
        assert!(!body.to_string().contains("site_"), "{body}");
        assert_eq!(left_out, BTreeMap::from([("sites".to_owned(), 57)]));
    }
}
