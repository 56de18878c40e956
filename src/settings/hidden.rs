//! A secret in the text of a settings file.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

/// A secret written into the file itself; unprintable from the first moment.
#[derive(Debug)]
pub(crate) struct Hidden(pub(crate) SecretString);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An error may quote the value; `syntax` passes nothing of it on.
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}
