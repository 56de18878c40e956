//! Keys: those that are names of fields are shown, those that may be somebody's are not.

use serde_json::{Map, Value};

use super::mask::{Answer, FIRST, Mask, Place};
use crate::upstream::{Unknown, is_field_name, join};

impl Mask {
    /// The members of an object, of many that nobody knows the first few.
    pub(super) fn members(
        &mut self,
        answer: &mut Answer<'_>,
        place: Place<'_>,
        members: &Map<String, Value>,
    ) -> Map<String, Value> {
        let (page, path) = (answer.page, place.path);
        let is_known = path.is_empty() || self.is_inner(page, path);
        let has_codes = is_known && self.find(page, &join(path, "*")).is_some();
        let is_field = |mask: &Self, key: &str| is_known && mask.find(page, &join(path, key)).is_some();
        let strangers = members.keys().filter(|key| has_codes || !is_field(self, key)).count();
        let is_data = strangers > Unknown::MOST_NAMES;
        // An object with its known fields has a new one or two; among strangers any may be somebody's name.
        let is_named = |mask: &Self, key: &str| mask.words.has_all_of(key) || has_codes && is_code(key);
        let odd = members.keys().filter(|key| !is_field(self, key) && !is_named(self, key)).count();
        let is_whole = !has_codes && 2 * odd <= members.len() - strangers;
        let (mut masked, mut told) = (Map::new(), 0);
        for (key, value) in members {
            let is_stranger = has_codes || !is_field(self, key);
            told += usize::from(is_stranger);
            if is_data && is_stranger && told > FIRST {
                *answer.left_out.entry(place.shown.to_owned()).or_default() += 1;
                continue;
            }
            let is_new = is_known && is_whole && is_field_name(key);
            let is_shown = !is_stranger || !is_data && (is_new || is_named(self, key));
            let shown = if is_shown { key.clone() } else { self.stand_ins.text(key) };
            if is_shown && is_stranger {
                self.shown.insert(key.clone());
            }
            let (inner, seen) = (join(path, key), join(place.shown, &shown));
            masked.insert(shown, self.value(answer, Place { path: &inner, shown: &seen }, value));
        }
        masked
    }
}

/// Contracts have four capitals.
fn is_code(key: &str) -> bool {
    key.len() == 4 && key.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::mask::tests::{PAGE, VOCABULARY, masked};
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_shown_unless_they_may_be_names() {
        let sites: Map<String, Value> = (0..60).map(|number| (format!("site_{number}"), json!(1))).collect();
        let (body, left_out) = masked(&json!({
            "data": {
                "grace": 1, "items": [], "now": 0, "end": 0, "seats": {"epp": 5, "FG100FTK20001234": 5},
                "new": {"state": 1, "paris": 1},
            },
            "sites": sites,
        }));
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&body["data"]), ["end", "grace", "items", "new", "now", "seats"]);
        assert_eq!(keys(&body["data"]["seats"]), ["AA000AAA00000000", "epp"]);
        assert_eq!(keys(&body["data"]["new"]), ["aaaaa", "state"]);
        assert_eq!(body["aaaab"].as_object().unwrap().len(), FIRST);
        assert!(!body.to_string().contains("site_"), "{body}");
        assert_eq!(left_out, BTreeMap::from([("aaaab".to_owned(), 57)]));
    }

    #[test]
    fn keys_of_an_object_of_strangers_may_be_names_and_stand_nowhere() {
        let mut mask = Mask::new(&VOCABULARY);
        let sites: Vec<Value> = (0..20).map(Value::from).collect();
        let (body, left_out) = mask.body(
            Some(&PAGE),
            &json!({"data": {
                "now": "1748491302", "paris": {"max": 1, "lyon": sites}, "nantes": 1,
                "seats": {"AVEN": 1, "paris": 2},
            }}),
        );
        let told = format!("{body} {left_out:?}");
        for name in ["paris", "lyon", "nantes"] {
            assert!(!told.contains(name), "{name}: {told}");
        }
        for name in ["max", "AVEN"] {
            assert!(told.contains(name), "{name}: {told}");
        }
        assert_eq!(left_out.values().collect::<Vec<_>>(), [&17]);
        assert!(mask.shows("data.max") && !mask.shows("data.paris"));
    }
}
