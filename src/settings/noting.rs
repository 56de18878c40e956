//! Reads a file into structs and notes each key that none of them has, where
//! serde's `deny_unknown_fields` would end at the first: who mistypes one word
//! often mistypes another. A value of another kind than belongs there does end
//! the reading; so the file is read again without it.
//!
//! Every part of the parser and of what takes its values is wrapped on the way
//! down, so that the place in the file is known where a struct begins. The crate
//! `serde_ignored` does the like, but tells neither the place nor what may stand there.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{
    Deserialize as _, DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny,
    IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::locate::Step;

/// The keys of a struct; `None` for a map whose keys are the operator's own.
type Fields = Option<&'static [&'static str]>;

/// A key that is not among those that may stand there.
#[derive(Debug)]
pub(super) struct Unknown {
    /// The way to the map in which it stands.
    pub(super) map: Vec<Step>,
    /// Its number among the keys of that map.
    pub(super) number: usize,
    pub(super) key: String,
    /// What may stand there.
    pub(super) known: &'static [&'static str],
}

/// A value of another kind than belongs there.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) way: Vec<Step>,
    pub(super) error: serde_yaml::Error,
}

/// What a text says.
pub(super) struct Reading<T> {
    /// Without the keys that nobody knows and the values that do not fit; `None` if those are too many.
    pub(super) value: Option<T>,
    pub(super) unknown: Vec<Unknown>,
    pub(super) misfits: Vec<Misfit>,
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Reading<T> {
    /// Each has the file read again.
    const MOST: usize = 20;
    let mut misfits = Vec::new();
    loop {
        let notes = Notes { left_out: &misfits, unknown: RefCell::default(), misfit: RefCell::default() };
        let place = Place { way: Vec::new(), notes: &notes };
        let value = T::deserialize(Noting { inner: serde_yaml::Deserializer::from_str(text), place });
        let (unknown, misfit) = (notes.unknown.into_inner(), notes.misfit.into_inner());
        let error = match value {
            Ok(value) => return Reading { value: Some(value), unknown, misfits },
            Err(error) => error,
        };
        let can_go_on = misfit.is_some() && misfits.len() + 1 < MOST;
        misfits.push(Misfit { way: misfit.unwrap_or_default(), error });
        if !can_go_on {
            return Reading { value: None, unknown, misfits };
        }
    }
}

/// What was noted so far.
struct Notes<'a> {
    /// To be passed over, as if nothing stood there.
    left_out: &'a [Misfit],
    unknown: RefCell<Vec<Unknown>>,
    /// The way to the value that ends this reading.
    misfit: RefCell<Option<Vec<Step>>>,
}

/// Where in the file.
#[derive(Clone)]
struct Place<'a> {
    way: Vec<Step>,
    notes: &'a Notes<'a>,
}

impl Place<'_> {
    fn below(&self, step: Step) -> Self {
        Self { way: [self.way.as_slice(), &[step]].concat(), notes: self.notes }
    }

    fn is_left_out(&self) -> bool {
        self.notes.left_out.iter().any(|misfit| misfit.way == self.way)
    }

    /// Notes that nothing could be made of what stands here, unless that comes of something within.
    fn does_not_fit<E>(self, error: E) -> E {
        self.notes.misfit.borrow_mut().get_or_insert(self.way);
        error
    }
}

/// What gives values at a place of the file, or takes one.
struct Noting<'a, X> {
    inner: X,
    place: Place<'a>,
}

/// What takes the value at a place.
struct Taking<'a, V> {
    visitor: V,
    fields: Fields,
    place: Place<'a>,
}

/// What gives the values of a list or a map, and how many were taken.
struct Many<'a, A> {
    access: A,
    fields: Fields,
    place: Place<'a>,
    taken: usize,
    /// From the map to the value whose key was taken last.
    step: Step,
}

macro_rules! deserialize {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(Taking { visitor, fields: None, place: self.place })
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Noting<'_, D> {
    type Error = D::Error;

    deserialize! {
        deserialize_any deserialize_bool deserialize_str deserialize_string deserialize_option deserialize_seq
        deserialize_map deserialize_ignored_any
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let Self { inner, place } = self;
        if place.is_left_out() {
            IgnoredAny::deserialize(inner)?;
            return visitor.visit_map(MapDeserializer::new(std::iter::empty::<(&str, ())>()));
        }
        let taking = Taking { visitor, fields: Some(fields), place: place.clone() };
        inner.deserialize_struct(name, fields, taking).map_err(|error| place.does_not_fit(error))
    }

    // Nothing of it is in a settings file.
    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct enum identifier
    }
}

macro_rules! visit {
    ($($method:ident($type:ty))*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Taking<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    visit! {
        visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_i128(i128) visit_u128(u128) visit_f64(f64)
        visit_str(&str)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Noting { inner: deserializer, place: self.place })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Many {
            access,
            fields: None,
            place: self.place,
            taken: 0,
            step: Step::Item(0),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let Self { visitor, fields, place } = self;
        visitor.visit_map(Many { access, fields, place, taken: 0, step: Step::Entry(0) })
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Noting<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Noting { inner: deserializer, place: self.place })
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Many<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let place = self.place.below(Step::Item(self.taken));
        self.taken += 1;
        self.access.next_element_seed(Noting { inner: seed, place })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Many<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        while let Some(key) = self.access.next_key::<String>()? {
            let number = self.taken;
            self.taken += 1;
            let Some(known) = self.fields else {
                self.step = Step::Entry(number);
                return seed.deserialize(key.into_deserializer()).map(Some);
            };
            if let Some(name) = known.iter().find(|name| **name == key) {
                self.step = Step::Key(name);
                if self.place.below(self.step.clone()).is_left_out() {
                    self.access.next_value::<IgnoredAny>()?;
                    continue;
                }
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            let map = self.place.way.clone();
            self.place.notes.unknown.borrow_mut().push(Unknown { map, number, key, known });
            self.access.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let place = self.place.below(self.step.clone());
        let value = self.access.next_value_seed(Noting { inner: seed, place: place.clone() });
        match self.fields {
            Some(_) => value.map_err(|error| place.does_not_fit(error)),
            None => value,
        }
    }
}
