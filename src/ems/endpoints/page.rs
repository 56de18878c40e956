//! One page of the index, decoded row by row: each row is handed on as it is
//! read, borrowing from the page, and what is not counted is skipped.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::super::envelope::{self, Verdict};
use super::flaw::Flaw;
use super::key::Key;
use super::row::Row;
use crate::upstream::Scalar;

/// What a page says beside its rows.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// EMS's own word on the call; `None` where there is no envelope.
    pub(super) verdict: Option<Verdict>,
    /// How many rows came; `None` where there is no list.
    pub(super) rows: Option<usize>,
    /// The size of the whole index: `None` where the page does not say,
    /// `Some(None)` where it says nothing that can be one.
    pub(super) total: Option<Option<f64>>,
}

/// Rows on one page that are no honest answer to a request for 500.
pub(super) const MOST_ROWS: usize = 10_000;

/// More endpoints than there are computers.
const LARGEST_TOTAL: f64 = 1e10;

/// Decodes a page, handing each row to `take`. A value of the wrong kind is
/// passed over and spoils no more than itself.
pub(super) fn decode(body: &[u8], take: &mut dyn FnMut(&Row<'_>)) -> Result<Page, Flaw> {
    let mut page = Page::default();
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = Reader { place: Place::Envelope, page: &mut page, take }.deserialize(&mut json);
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(page),
        Err(_) if page.rows > Some(MOST_ROWS) => Err(Flaw::TooManyRows),
        Err(_) => Err(Flaw::NotJson),
    }
}

/// Where in a page a value stands.
#[derive(Clone, Copy)]
enum Place {
    Envelope,
    Data,
    Endpoints,
}

/// Reads the value at one place.
struct Reader<'a> {
    place: Place,
    page: &'a mut Page,
    take: &'a mut dyn FnMut(&Row<'_>),
}

impl Reader<'_> {
    fn at(&mut self, place: Place) -> Reader<'_> {
        Reader { place, page: self.page, take: self.take }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Visits that take no notice of a plain value.
macro_rules! passed_over {
    ($($visit:ident($type:ty))*) => {
        $(fn $visit<E>(self, _: $type) -> Result<(), E> {
            Ok(())
        })*
    };
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of EMS")
    }

    passed_over! { visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str) }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'_>>()? {
            match (self.place, key.0.as_ref()) {
                (Place::Envelope, "result") => {
                    self.page.verdict = envelope::verdict_of(&map.next_value::<Value>()?);
                }
                (Place::Envelope, "data") => map.next_value_seed(self.at(Place::Data))?,
                (Place::Data, "endpoints") => map.next_value_seed(self.at(Place::Endpoints))?,
                (Place::Data, "total") => {
                    let total = map.next_value::<Scalar<'_>>()?;
                    let total = Some(total.quantity().filter(|total| *total <= LARGEST_TOTAL));
                    self.page.total = total;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if !matches!(self.place, Place::Endpoints) {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let rows = self.page.rows.get_or_insert(0);
        while let Some(row) = items.next_element::<Row<'_>>()? {
            *rows += 1;
            if *rows > MOST_ROWS {
                return Err(A::Error::custom("too many rows"));
            }
            (self.take)(&row);
        }
        Ok(())
    }
}
