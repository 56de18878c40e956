//! Keys that nobody knows.

use std::collections::BTreeSet;

/// Characters of a key that are kept: no name of a field has more.
const LONGEST: usize = 48;

/// Keys of answers that nobody knows, each with its place: `licenses.*.grace`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Unknown {
    names: BTreeSet<String>,
    /// Those that may be somebody's data.
    others: BTreeSet<String>,
}

impl Unknown {
    /// More than this is another page, not a new release of a known one.
    const MOST: usize = 100;

    /// Names of fields are not this many at once, those of somebody's devices may be.
    pub(crate) const MOST_NAMES: usize = 40;

    /// Adds a key of what stands at `path`; one that was added already counts once.
    pub fn add(&mut self, path: &str, key: &str) {
        if self.count() < Self::MOST {
            let kind = if is_field_name(key) { &mut self.names } else { &mut self.others };
            let end = key.char_indices().nth(LONGEST).map_or(key.len(), |(at, _)| at);
            kind.insert(join(path, key.get(..end).unwrap_or_default()));
        }
    }

    /// Adds those of another part of the same answer.
    pub fn extend(&mut self, other: &Self) {
        let room = Self::MOST - self.count();
        self.names.extend(other.names.iter().take(room).cloned());
        let room = Self::MOST - self.count();
        self.others.extend(other.others.iter().take(room).cloned());
    }

    /// How many there are, counted up to a hundred.
    pub fn count(&self) -> usize {
        self.names.len() + self.others.len()
    }

    /// Those that are names of fields by all they look like.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let is_shown = self.names.len() <= Self::MOST_NAMES;
        self.names.iter().filter(move |_| is_shown).map(String::as_str)
    }
}

/// The path of a key of what stands at `path`.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Whether a key looks like the name of a field, and not like a serial number,
/// an address or a host.
pub(crate) fn is_field_name(key: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    (1..=48).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(is_letter)
        && key.bytes().filter(u8::is_ascii_digit).count() <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_counts_once_and_only_names_of_fields_are_told() {
        let mut unknown = Unknown::default();
        for key in [
            "grace_days",
            "grace_days",
            "quota",
            "fw-7.paris.example",
            "FG100FTK20001234",
            "a\u{1b}[31m",
            "a\u{202e}b",
        ] {
            unknown.add("licenses.*", key);
        }
        assert_eq!(unknown.count(), 6);
        assert_eq!(unknown.names().collect::<Vec<_>>(), ["licenses.*.grace_days", "licenses.*.quota"]);
        let mut many = Unknown::default();
        (0..500).for_each(|number| many.add("", &format!("{number}")));
        assert_eq!(many.count(), Unknown::MOST);
        let mut long = Unknown::default();
        (0..100)
            .for_each(|number| long.add("licenses.*", &format!("{number}{}", "\u{202e}ä".repeat(10_000))));
        assert_eq!((long.count(), long.names().count()), (100, 0));
        assert!(format!("{long:?}").len() < 100_000);
        let mut sites = Unknown::default();
        (0..60).for_each(|number| sites.add("", &format!("site_{number}")));
        assert_eq!((sites.count(), sites.names().count()), (60, 0));
        many.extend(&unknown);
        assert_eq!(many.count(), Unknown::MOST);
    }

    #[test]
    fn names_of_fields_are_told_from_data() {
        for name in ["max_num_dev", "offlineMode", "platform-id", "none policy count", "h", "ipv6_cnt"] {
            assert!(is_field_name(name), "{name}");
        }
        for data in
            ["", "FMG-VM0000000000", "10.1.2.3", "a@b.c", "fw.paris", "00-00-5e-00-53-01", "ä", "2001"]
        {
            assert!(!is_field_name(data), "{data}");
        }
    }
}
