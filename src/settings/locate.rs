//! Line and column of a key or value, for problems that only show after parsing.
//!
//! serde hands out values without their places. So the text is read a second
//! time by a reader that walks down to the wanted place and fails there: the
//! parser's error then carries the position.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step down from the top of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(&'static str),
    Item(usize),
    /// An entry of a map whose keys are the operator's own.
    Entry(usize),
    /// The key of an entry, not its value; the last step.
    Name(usize),
}

/// Line and column (from 1) of the value at `path`, or of the nearest thing
/// above it that exists.
pub(crate) fn locate(text: &str, path: &[Step]) -> Option<(usize, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let error = Seeker(path).deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    let location = error.location()?;
    Some((location.line(), location.column()))
}

struct Seeker<'a>(&'a [Step]);

impl<'de> DeserializeSeed<'de> for Seeker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0 {
            [Step::Key(_) | Step::Entry(_) | Step::Name(_), ..] => deserializer.deserialize_map(self),
            [Step::Item(_), ..] => deserializer.deserialize_seq(self),
            [] => deserializer.deserialize_any(self),
        }
    }
}

/// What is found at the end of the path: any value is "here".
macro_rules! here {
    ($($visit:ident($type:ty))*) => {
        $(fn $visit<E: serde::de::Error>(self, _: $type) -> Result<(), E> {
            Err(E::custom("here"))
        })*
    };
}

impl<'de> Visitor<'de> for Seeker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("here")
    }

    here! { visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str) }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Err(E::custom("here"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut number = 0;
        loop {
            if self.0 == [Step::Name(number)] {
                map.next_key_seed(Seeker(&[]))?;
            }
            let Some(key) = map.next_key::<String>()? else { break };
            match self.0 {
                [Step::Key(wanted), rest @ ..] if key == *wanted => return map.next_value_seed(Seeker(rest)),
                [Step::Entry(wanted), rest @ ..] if number == *wanted => {
                    return map.next_value_seed(Seeker(rest));
                }
                _ => map.next_value::<IgnoredAny>()?,
            };
            number += 1;
        }
        Err(A::Error::custom("here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let [Step::Item(wanted), rest @ ..] = self.0 {
            for _ in 0..*wanted {
                items.next_element::<IgnoredAny>()?;
            }
            items.next_element_seed(Seeker(rest))?;
        }
        Err(A::Error::custom("here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "defaults:\n  interval: 5m\nfortimanagers:\n  - name: a\n    url: x\n  - name: a\n    tls: { ca_file: /x }\n";

    #[test]
    fn a_value_is_found_where_an_editor_shows_it() {
        let found = |path: &[Step]| locate(TEXT, path);
        assert_eq!(found(&[Step::Key("defaults"), Step::Key("interval")]), Some((2, 13)));
        let second = [Step::Key("fortimanagers"), Step::Item(1), Step::Key("name")];
        assert_eq!(found(&second), Some((6, 11)));
        let ca = [Step::Key("fortimanagers"), Step::Item(1), Step::Key("tls"), Step::Key("ca_file")];
        assert_eq!(found(&ca), Some((7, 21)));
        assert_eq!(found(&[Step::Key("fortimanagers"), Step::Item(0), Step::Entry(1)]), Some((5, 10)));
        assert_eq!(found(&[Step::Key("fortimanagers"), Step::Item(0), Step::Name(1)]), Some((5, 5)));
    }

    #[test]
    fn a_missing_key_is_placed_at_its_parent() {
        let path = [Step::Key("fortimanagers"), Step::Item(1), Step::Key("username")];
        assert_eq!(locate(TEXT, &path), Some((6, 5)));
    }
}
