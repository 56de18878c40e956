//! Choices: words where `verbose` is understood, else their numbers.

use crate::observation::label;
use crate::upstream::Scalar;

/// The words of a field, each at its number.
pub(super) type Words = &'static [&'static str];

/// The word of a value as a label: `Invalid Copy` is `invalid_copy`. A number
/// that is not known stays one.
pub(super) fn word(value: &Scalar<'_>, words: Words) -> Option<String> {
    let number = value.quantity().filter(|number| number.fract() == 0.0);
    if let Some(word) = number.and_then(|number| words.get(number as usize)) {
        return Some((*word).to_owned());
    }
    let text = label(&value.text()?).to_lowercase();
    let word: String = text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    (!word.is_empty()).then_some(word)
}
