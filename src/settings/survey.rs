//! One walk over the whole file before anything is kept of it.
//!
//! Aliases (`*name`) let a small file stand for gigabytes, and a key written
//! twice would be reported at the start of its map instead of at the key. Both
//! are refused here, by a reader that follows every alias but stores nothing.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

pub(crate) const TWICE: &str = "this key is here twice";
pub(crate) const TOO_MUCH: &str = "with its aliases (`*name`) written out, the file holds too much";

/// Ten thousand targets that share a dozen aliases each stay far below.
const MAX_WEIGHT: usize = 64 << 20;
/// What a value costs besides its text.
const VALUE: usize = 32;

pub(crate) fn survey(text: &str) -> Result<(), serde_yaml::Error> {
    Walker { weight: &Cell::new(0) }.deserialize(serde_yaml::Deserializer::from_str(text))
}

#[derive(Clone, Copy)]
struct Walker<'a> {
    weight: &'a Cell<usize>,
}

impl Walker<'_> {
    fn add<E: Error>(self, bytes: usize) -> Result<(), E> {
        self.weight.set(self.weight.get() + VALUE + bytes);
        if self.weight.get() > MAX_WEIGHT { Err(E::custom(TOO_MUCH)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Walker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Scalars weigh what their text does, or little.
macro_rules! scalar {
    ($($visit:ident($type:ty))*) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<(), E> {
            self.add(0)
        })*
    };
}

impl<'de> Visitor<'de> for Walker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    scalar! { visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_i128(i128) visit_u128(u128) visit_f64(f64) }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.add(0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.add(text.len())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.add(0)?;
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.add(0)?;
        let mut seen = BTreeSet::new();
        while map.next_key_seed(Key { walker: self, seen: &mut seen })?.is_some() {
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    /// A tagged value, `!tag value`; what it may be is not decided here.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_, value): (String, _) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}

/// A key of a map, which may be there only once.
struct Key<'a, 'map> {
    walker: Walker<'a>,
    seen: &'map mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.walker.add(text.len())?;
        if self.seen.insert(text.to_owned()) { Ok(()) } else { Err(E::custom(TWICE)) }
    }
}
