//! One page of the index, decoded row by row: each row is handed on as it is
//! read, borrowing from the page, and what is not counted is skipped.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::super::envelope::{self, Verdict};
use super::row::Row;
use crate::upstream::Scalar;

/// What a page says beside its rows.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// EMS's own word on the call; `None` where there is no envelope.
    pub(super) verdict: Option<Verdict>,
    /// How many rows came; `None` where there is no list.
    pub(super) rows: Option<usize>,
    /// The size of the whole index.
    pub(super) total: Option<f64>,
}

/// Decodes a page, handing each row to `take`. Fails only on what is not JSON.
pub(super) fn decode(body: &[u8], take: &mut dyn FnMut(&Row<'_>)) -> Result<Page, serde_json::Error> {
    let mut page = Page::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    Envelope { page: &mut page, take }.deserialize(&mut json)?;
    json.end()?;
    Ok(page)
}

struct Envelope<'a> {
    page: &'a mut Page,
    take: &'a mut dyn FnMut(&Row<'_>),
}

struct Data<'a>(Envelope<'a>);
struct Rows<'a>(Envelope<'a>);

/// Visits an object or a list; anything else is passed over, so that a value
/// of the wrong kind spoils no more than itself.
macro_rules! otherwise_nothing {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an answer of EMS")
        }

        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }

        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }

        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }

        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }

        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
    };
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    otherwise_nothing!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'_>>()? {
            match key.0.as_ref() {
                "result" => self.page.verdict = envelope::verdict_of(&map.next_value::<Value>()?),
                "data" => map.next_value_seed(Data(Envelope { page: self.page, take: self.take }))?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Data<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data<'_> {
    type Value = ();

    otherwise_nothing!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Envelope { page, take } = self.0;
        while let Some(key) = map.next_key::<Key<'_>>()? {
            match key.0.as_ref() {
                "endpoints" => map.next_value_seed(Rows(Envelope { page, take }))?,
                "total" => page.total = map.next_value::<Scalar<'_>>()?.quantity(),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    otherwise_nothing!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let Envelope { page, take } = self.0;
        let before = page.rows.unwrap_or_default();
        let mut count = 0usize;
        while let Some(row) = rows.next_element::<Row<'_>>()? {
            count += 1;
            take(&row);
        }
        page.rows = Some(before.checked_add(count).ok_or_else(|| A::Error::custom("too many rows"))?);
        Ok(())
    }
}

/// A key, borrowed where it has no escapes.
pub(super) struct Key<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
