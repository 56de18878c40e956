//! Which fields of an answer are known, and which of their values may be shown
//! to anybody.
//!
//! Both APIs change without notice: what nobody knows is counted, and a capture
//! for others to see shows the values that are listed as plain, no other.

use serde_json::{Map, Value};

use super::unknown::{Unknown, join};

/// The fields of the answers from one address. A field is named by its path,
/// `licenses.*.status`: lists are passed through, `*` stands for any key where
/// keys are codes.
#[derive(Debug)]
pub struct Page {
    /// The paths, or what a proxy is asked for; `*` stands for a name in it.
    pub addresses: &'static [&'static str],
    /// Where in an answer the fields stand: `result.data`.
    pub below: &'static str,
    /// States, versions, counts, sizes and days.
    pub plain: &'static [&'static str],
    /// Times by the system's own clock.
    pub clocks: &'static [&'static str],
    /// When contracts and the like begin and end: seconds since 1970, or texts that are plain as well.
    pub ends: &'static [&'static str],
    /// What says whose system it is, and what is nobody's business.
    pub private: &'static [&'static str],
}

/// What is known of all answers of a kind of system.
#[derive(Debug)]
pub struct Vocabulary {
    /// By address.
    pub pages: &'static [&'static Page],
    /// What stands around the fields of a page, and the answers that have nothing else.
    pub envelope: Page,
    /// Where secrets are sent.
    pub sign_ins: &'static [&'static str],
    /// Other addresses, without a name in them.
    pub paths: &'static [&'static str],
    /// Parameters of queries whose values are the exporter's own.
    pub parameters: &'static [&'static str],
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Its value may be shown.
    Plain,
    /// A time by the system's own clock.
    Clock,
    /// Another time.
    End,
    /// Its value must not be shown.
    Private,
    /// It is made of known fields.
    Inner,
}

/// Of a list, as many items tell which fields there are.
const MOST_ITEMS: usize = 100;

impl Page {
    /// What is known of the field at `path`; `None` for one that nobody knows.
    pub fn find(&self, path: &str) -> Option<Field> {
        let mut kinds = self.kinds().into_iter();
        let exact = kinds.find(|(_, fields)| fields.iter().any(|known| leads(path, known) == Leads::To));
        exact.map(|(field, _)| field).or_else(|| self.is_inner(path).then_some(Field::Inner))
    }

    /// Whether the field at `path` tells when something ends.
    pub fn is_end(&self, path: &str) -> bool {
        self.ends.iter().any(|known| leads(path, known) == Leads::To)
    }

    /// Whether fields are known of what stands at `path`.
    pub fn is_inner(&self, path: &str) -> bool {
        let mut all = self.kinds().into_iter().flat_map(|(_, fields)| fields);
        all.any(|known| leads(path, known) == Leads::Towards)
    }

    /// The paths of all its fields.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.kinds().into_iter().flat_map(|(_, fields)| fields).copied()
    }

    fn kinds(&self) -> [(Field, &'static [&'static str]); 4] {
        [
            (Field::Plain, self.plain),
            (Field::Clock, self.clocks),
            (Field::End, self.ends),
            (Field::Private, self.private),
        ]
    }

    /// Whether it has this field, which stands in no other.
    pub fn has(&self, key: &str) -> bool {
        self.kinds().iter().any(|(_, fields)| fields.contains(&key))
    }

    /// Notes the keys of `data`, which stands at [`Self::below`], that nobody knows.
    pub fn look(&self, data: &Value, unknown: &mut Unknown) {
        self.look_into(data, "", unknown);
    }

    /// The same for an object.
    pub fn look_at(&self, data: &Map<String, Value>, unknown: &mut Unknown) {
        self.look_at_members(data, "", unknown);
    }

    fn look_into(&self, value: &Value, path: &str, unknown: &mut Unknown) {
        match value {
            Value::Array(items) => {
                items.iter().take(MOST_ITEMS).for_each(|item| self.look_into(item, path, unknown));
            }
            Value::Object(members) => self.look_at_members(members, path, unknown),
            _ => {}
        }
    }

    fn look_at_members(&self, members: &Map<String, Value>, path: &str, unknown: &mut Unknown) {
        // Where keys are codes, what stands below one is the same as below another.
        let any = Some(join(path, "*")).filter(|any| self.find(any).is_some());
        for (key, value) in members {
            let place = any.clone().unwrap_or_else(|| join(path, key));
            match self.find(&place) {
                Some(Field::Inner) => self.look_into(value, &place, unknown),
                Some(_) => {}
                None => unknown.add(path, key),
            }
        }
    }
}

#[derive(PartialEq)]
enum Leads {
    To,
    Towards,
    Elsewhere,
}

/// Where `path` leads on the way to the field `known`.
fn leads(path: &str, known: &str) -> Leads {
    let (mut path, mut known) = (path.split('.'), known.split('.'));
    loop {
        match (path.next(), known.next()) {
            (None, None) => return Leads::To,
            (None, Some(_)) => return Leads::Towards,
            (Some(key), Some(expected)) if expected == key || expected == "*" => {}
            _ => return Leads::Elsewhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static PAGE: Page = Page {
        addresses: &["/gui/thing"],
        below: "",
        plain: &["num", "licenses.*.status", "rows.up"],
        clocks: &["now"],
        ends: &[],
        private: &["name", "rows.user"],
    };

    fn unknown(data: &Value) -> Vec<String> {
        let mut unknown = Unknown::default();
        PAGE.look(data, &mut unknown);
        unknown.names().map(str::to_owned).collect()
    }

    #[test]
    fn what_is_known_is_found_by_its_path() {
        assert_eq!(PAGE.find("num"), Some(Field::Plain));
        assert_eq!(PAGE.find("licenses"), Some(Field::Inner));
        assert_eq!(PAGE.find("licenses.AVEN"), Some(Field::Inner));
        assert_eq!(PAGE.find("licenses.AVEN.status"), Some(Field::Plain));
        assert_eq!(PAGE.find("licenses.AVEN.txt"), None);
        assert_eq!(PAGE.find("rows.user"), Some(Field::Private));
        assert_eq!(PAGE.find("now"), Some(Field::Clock));
        assert_eq!(PAGE.find("user"), None);
    }

    #[test]
    fn keys_that_nobody_knows_are_found_wherever_they_stand() {
        let known =
            json!({"num": 1, "licenses": {"AVEN": {"status": "ok"}}, "rows": [{"up": 1, "user": "x"}]});
        assert_eq!(unknown(&known), Vec::<String>::new());
        let drifted = json!({
            "num": {"of": 1},
            "licenses": {"AVEN": {"grace": 1}, "NIDS": {"grace": 2}},
            "rows": [{"up": 1}, {"up": 0, "edr": {"state": 1}}],
            "quota": 7,
        });
        assert_eq!(unknown(&drifted), ["licenses.*.grace", "quota", "rows.edr"]);
    }
}
