//! JSON with a broken character in it. EMS hands on what endpoints call
//! themselves, and not all of that is Unicode; a JSON parser refuses the whole
//! page for it. The one character is replaced instead.

/// The same text with invalid UTF-8, and escapes of half a surrogate pair,
/// replaced by U+FFFD.
pub(super) fn repaired(body: Vec<u8>) -> Vec<u8> {
    let mut body = match String::from_utf8(body) {
        Ok(text) => text.into_bytes(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned().into_bytes(),
    };
    replace_lone_surrogates(&mut body);
    body
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
}
