//! Secrets that a system repeats in its words: whole, in part, or as base64.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

const REDACTED: &str = "[redacted]";

/// A shorter secret is found in any text.
const SHORTEST: usize = 4;
/// A part that is shorter, or this short and made of letters alone, may be a word of ours.
const PART: usize = 8;
const PART_OF_LETTERS: usize = 16;
/// No system's own is longer. In one that is, looking for parts would keep everybody waiting for seconds.
const LONGEST: usize = 16 * 1024;

/// The text without the secret.
pub(super) fn redacted(text: &str, secret: &str) -> String {
    if secret.len() < SHORTEST {
        return text.to_owned();
    }
    let text = text.replace(secret, REDACTED);
    if !(PART..=LONGEST).contains(&secret.len()) {
        return text;
    }
    // What stands in front of a secret moves it by up to two bytes in the groups of base64.
    let groups = (0..3).filter_map(|from| secret.as_bytes().get(from..));
    let encoded = groups.flat_map(|bytes| [STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)]);
    let forms: Vec<String> = std::iter::once(secret.to_owned()).chain(encoded).collect();
    without_parts(&text, &forms)
}

fn without_parts(text: &str, forms: &[String]) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match forms.iter().map(|form| shared(rest, form)).max().filter(|shared| *shared > 0) {
            Some(shared) => {
                if !kept.ends_with(REDACTED) {
                    kept.push_str(REDACTED);
                }
                rest = rest.get(shared..).unwrap_or_default();
            }
            None => {
                kept.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    kept
}

/// How much of the text's beginning is a part of the form, in bytes; 0 where that says nothing.
fn shared(text: &str, form: &str) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let parts = ends.skip_while(|end| *end < PART).map_while(|end| text.get(..end));
    let Some(part) = parts.take_while(|part| form.contains(part)).last() else { return 0 };
    let is_mixed = part.bytes().any(|byte| byte.is_ascii_digit());
    if is_mixed || part.len() >= PART_OF_LETTERS { part.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "k7q9zt4hw1x8fbd3m6yp2ncv5rgj0sae";

    #[test]
    fn a_secret_is_not_repeated_whole_in_part_or_encoded() {
        let encoded = |text: &str| STANDARD_NO_PAD.encode(text);
        let (half, other) = TOKEN.split_at(16);
        for words in [
            format!("no such token: {TOKEN}"),
            format!("token {half}… is unknown"),
            format!("token …{other} is unknown"),
            format!("{half} {other}"),
            format!("got {}", encoded(TOKEN)),
            format!("got {}", encoded(&format!("Bearer {TOKEN}"))),
            format!("got {}", encoded(&format!("a:{TOKEN}"))),
        ] {
            let told = redacted(&words, TOKEN);
            assert!(told.contains(REDACTED), "{told}");
            for part in TOKEN.as_bytes().windows(PART) {
                assert!(!told.contains(std::str::from_utf8(part).unwrap()), "{told}");
            }
            // Of base64, what stands in front and behind may be left.
            let left = told.replace(REDACTED, "");
            assert!(left.split(' ').all(|word| word.len() < 2 * PART), "{words}: {told}");
        }
    }

    #[test]
    fn a_secret_that_is_longer_than_any_is_looked_for_whole() {
        let secret = TOKEN.repeat(LONGEST);
        assert_eq!(redacted(&format!("a {secret} b"), &secret), "a [redacted] b");
        assert_eq!(redacted(TOKEN, &secret), TOKEN);
    }

    #[test]
    fn words_that_a_secret_shares_with_a_message_stay() {
        let message =
            "FortiManager refused the password of exporter: No permission for the resource (code -11)";
        for secret in ["exporter-password-of-FortiManager", "permission", "abc", "", "resources-2026"] {
            let expected =
                message.replace("permission", if secret == "permission" { REDACTED } else { "permission" });
            assert_eq!(redacted(message, secret), expected, "{secret}");
        }
    }
}
