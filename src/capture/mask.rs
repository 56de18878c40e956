//! JSON with a stand-in for every value that is not listed as plain.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::dates::{self, WEEK, moved};
use super::plain::{is_harmless, is_model};
use super::stand_ins::StandIns;
use super::words::Words;
use crate::upstream::{Field, Page, Vocabulary};

/// A list with more items is shown by its first few.
const MOST_ITEMS: usize = 12;
pub(super) const FIRST: usize = 3;

/// In names of fields that hold a secret: not even the shape of it is shown.
const SECRETS: [&str; 7] = ["access_code", "cookie", "key", "pass", "secret", "session", "token"];
pub(super) const MASKED: &str = "masked";

/// Fields that name a model, which nothing but its form tells from the name of a place.
const MODELS: [&str; 5] = ["Model", "Platform Full Name", "Platform Type", "platform", "platform_str"];

/// Clocks show an instant of this range, in seconds since 1970.
const INSTANTS: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// What masks the exchanges of one capture.
pub(super) struct Mask {
    pub(super) vocabulary: &'static Vocabulary,
    pub(super) stand_ins: StandIns,
    pub(super) words: Words,
    /// Keys that nobody knows and that were shown all the same, as names of fields.
    pub(super) shown: BTreeSet<String>,
    /// How far the system's clock is put back, and all that lies close to the day of the capture.
    clocks: i64,
    /// How far the ends of contracts are, which so are not told by it.
    ends: i64,
    /// How far dates are of which nobody knows what they are.
    others: i64,
}

/// An answer while it is masked.
pub(super) struct Answer<'a> {
    pub(super) page: Option<&'a Page>,
    /// Items that are not shown, by the path of their list as it is shown.
    pub(super) left_out: BTreeMap<String, usize>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    /// The same with stand-ins.
    pub(super) shown: &'a str,
}

impl Mask {
    pub(super) fn new(vocabulary: &'static Vocabulary) -> Self {
        Self {
            vocabulary,
            stand_ins: StandIns::default(),
            words: Words::of(vocabulary),
            shown: BTreeSet::new(),
            clocks: fastrand::i64(6..52),
            ends: fastrand::i64(1..52),
            others: fastrand::i64(1..52),
        }
    }

    /// A body of a page, and how many items were left out of which lists.
    pub(super) fn body(&mut self, page: Option<&Page>, body: &Value) -> (Value, BTreeMap<String, usize>) {
        let mut answer = Answer { page, left_out: BTreeMap::new() };
        let masked = self.value(&mut answer, Place { path: "", shown: "" }, body);
        (masked, answer.left_out)
    }

    /// Whether the last key of a path that nobody knows is one that was shown.
    pub(super) fn shows(&self, path: &str) -> bool {
        path.rsplit('.').next().is_some_and(|key| self.shown.contains(key))
    }

    pub(super) fn value(&mut self, answer: &mut Answer<'_>, place: Place<'_>, value: &Value) -> Value {
        let path = place.path;
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
                    *answer.left_out.entry(place.shown.to_owned()).or_default() += items.len() - shown;
                }
                items.iter().take(shown).map(|item| self.value(answer, place, item)).collect()
            }
            Value::Object(members) => self.members(answer, place, members).into(),
        }
    }

    fn text(&mut self, page: Option<&Page>, field: Option<Field>, path: &str, text: &str) -> String {
        if field != Some(Field::Plain) && !text.is_empty() && names_a_secret(path) {
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
        let key = path.rsplit('.').next().unwrap_or_default();
        let may_be_shown = |text: &str| {
            field == Some(Field::Plain) && is_harmless(text) && (!MODELS.contains(&key) || is_model(text))
        };
        let is_one_date = |around: &str| moved(around, weeks).is_none();
        match moved(text, weeks) {
            Some(moved) if dates::is_all(&moved) => moved.text,
            Some(moved) if may_be_shown(&moved.around) && is_one_date(&moved.around) => moved.text,
            None if may_be_shown(text) => text.to_owned(),
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

    /// What is known of a field by its path in the whole answer.
    pub(super) fn find(&self, page: Option<&Page>, path: &str) -> Option<Field> {
        page.and_then(|page| page.find(within(page, path)?)).or_else(|| self.vocabulary.envelope.find(path))
    }

    pub(super) fn is_inner(&self, page: Option<&Page>, path: &str) -> bool {
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

/// Whether the field at a path holds a secret, by its name.
pub(super) fn names_a_secret(path: &str) -> bool {
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
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub(in super::super) static PAGE: Page = Page {
        addresses: &["/page"],
        below: "data",
        plain: &["days.date", "items", "seats.*"],
        clocks: &["now"],
        ends: &["end", "items"],
        private: &["name"],
    };
    pub(in super::super) static VOCABULARY: Vocabulary = Vocabulary {
        pages: &[&PAGE],
        envelope: Page { addresses: &[], below: "", plain: &["code"], clocks: &[], ends: &[], private: &[] },
        sign_ins: &[],
        paths: &[],
        parameters: &[],
    };

    pub(in super::super) fn masked(body: &Value) -> (Value, BTreeMap<String, usize>) {
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
    fn a_model_is_shown_where_it_looks_like_one() {
        let page = Page { plain: &["platform"], below: "", ..PAGE };
        for (platform, shown) in [("FMG-VM64-KVM", "FMG-VM64-KVM"), ("Paris Rack 4", "Aaaaa Aaaa 0")] {
            let (body, _) = Mask::new(&VOCABULARY).body(Some(&page), &json!({"platform": platform}));
            assert_eq!(body["platform"], shown);
        }
    }
}
