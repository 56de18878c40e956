//! JSON with a flaw in it, for which a parser would refuse the whole page.
//!
//! EMS hands on what endpoints call themselves, and not all of that is Unicode:
//! the one character is replaced. Some writers put `NaN` or `Infinity` where
//! they have no number, and some numbers are beyond any: those are made texts,
//! which every field refuses for itself.

use std::ops::Range;

use serde::de::DeserializeOwned;

/// Reads JSON, with its flaws mended if it has any.
pub(crate) fn lenient_json<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let read = serde_json::from_slice(body).ok();
    read.or_else(|| serde_json::from_slice(&repaired(body.to_vec())).ok())
}

/// The same text with invalid UTF-8, and escapes of half a surrogate pair,
/// replaced by U+FFFD, and with what cannot be a number in quotes.
fn repaired(body: Vec<u8>) -> Vec<u8> {
    let mut body = match String::from_utf8(body) {
        Ok(text) => text.into_bytes(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned().into_bytes(),
    };
    replace_lone_surrogates(&mut body);
    quote_impossible_numbers(body)
}

fn quote_impossible_numbers(body: Vec<u8>) -> Vec<u8> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            [b'"', text @ ..] => 1 + length_of_text(text),
            [byte, ..] if is_of_a_literal(*byte) => {
                let length = rest.iter().take_while(|byte| is_of_a_literal(**byte)).count();
                if rest.get(..length).is_some_and(is_impossible_number) {
                    places.push(at..at + length);
                }
                length
            }
            _ => 1,
        };
    }
    if places.is_empty() { body } else { with_quotes(&body, &places) }
}

/// Up to the closing quote, which counts.
fn length_of_text(text: &[u8]) -> usize {
    let mut length = 0;
    loop {
        match text.get(length) {
            Some(b'\\') => length += 2,
            Some(b'"') | None => return length + 1,
            Some(_) => length += 1,
        }
    }
}

fn is_of_a_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// What is no JSON although it is meant for a number, or too large for one.
fn is_impossible_number(literal: &[u8]) -> bool {
    const LONGEST: usize = 300;
    match literal {
        b"NaN" | b"Infinity" | b"-Infinity" => true,
        [b'-' | b'0'..=b'9', rest @ ..] => {
            let may_be_huge = rest.len() > LONGEST || rest.iter().any(|byte| matches!(byte, b'e' | b'E'));
            let number = || std::str::from_utf8(literal).ok()?.parse::<f64>().ok();
            may_be_huge && number().is_some_and(f64::is_infinite)
        }
        _ => false,
    }
}

fn with_quotes(body: &[u8], places: &[Range<usize>]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(body.len() + 2 * places.len());
    let mut done = 0;
    for place in places {
        quoted.extend_from_slice(body.get(done..place.start).unwrap_or_default());
        quoted.push(b'"');
        quoted.extend_from_slice(body.get(place.clone()).unwrap_or_default());
        quoted.push(b'"');
        done = place.end;
    }
    quoted.extend_from_slice(body.get(done..).unwrap_or_default());
    quoted
}

fn replace_lone_surrogates(body: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found;
        at += match (surrogate(body, at), surrogate(body, at + 6)) {
            (Some(Half::High), Some(Half::Low)) => 12,
            (Some(_), _) => {
                if let Some(digits) = body.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                }
                6
            }
            // Also steps over an escaped backslash.
            (None, _) => 2,
        };
    }
}

enum Half {
    High,
    Low,
}

/// The half of a surrogate pair that is escaped at `at`, if one is.
fn surrogate(body: &[u8], at: usize) -> Option<Half> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    match u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()? {
        0xd800..=0xdbff => Some(Half::High),
        0xdc00..=0xdfff => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_broken_is_replaced() {
        for (body, expected) in [
            (br#"{"a": "caf\u00e9 \ud83d\ude00 \\ud83d"}"#.as_slice(), "{\"a\": \"café 😀 \\\\ud83d\"}"),
            (br#"{"a": "caf\udce9"}"#, "{\"a\": \"caf\u{fffd}\"}"),
            (br#"{"a": "\ud83d\ud83d\ude00\ud83d"}"#, "{\"a\": \"\u{fffd}😀\u{fffd}\"}"),
            (b"{\"a\": \"caf\xe9\"}", "{\"a\": \"caf\u{fffd}\"}"),
            (br#"{"a": "\"#, ""),
            (br#"\ud83"#, ""),
        ] {
            let repaired = repaired(body.to_vec());
            let read: Option<serde_json::Value> = serde_json::from_slice(&repaired).ok();
            assert_eq!(read, serde_json::from_str(expected).ok());
        }
    }

    #[test]
    fn what_cannot_be_a_number_is_a_text() {
        let nines = "9".repeat(400);
        for (body, expected) in [
            (
                r#"{"a": NaN, "b": [-Infinity,Infinity]}"#.to_owned(),
                r#"{"a": "NaN", "b": ["-Infinity","Infinity"]}"#,
            ),
            (r#"{"a":1e999,"b":-1E+999}"#.to_owned(), r#"{"a":"1e999","b":"-1E+999"}"#),
            (format!("[{nines}]"), &format!("[\"{nines}\"]")),
            // What looks like one in a text, a large number that is one, and words that are no numbers.
            (
                r#"{"NaN": "\"NaN, 1e999", "b": 1e300, "c": true}"#.to_owned(),
                r#"{"NaN": "\"NaN, 1e999", "b": 1e300, "c": true}"#,
            ),
            (r#"{"a": "NaN\"#.to_owned(), r#"{"a": "NaN\"#),
        ] {
            assert_eq!(String::from_utf8(repaired(body.into_bytes())).unwrap(), expected);
        }
    }
}
