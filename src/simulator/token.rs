//! Session ids and CSRF tokens: opaque text in the alphabets of the real ones.

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Base64 text that always holds `+` and `/`: a client that decodes or encodes it breaks it.
pub(super) fn base64(length: usize) -> String {
    format!("{}+/{}", pick(BASE64, 3), pick(BASE64, length - 5))
}

/// Letters and digits.
pub(super) fn alphanumeric(length: usize) -> String {
    pick(ALPHANUMERIC, length)
}

fn pick(alphabet: &[u8], length: usize) -> String {
    (0..length).filter_map(|_| fastrand::choice(alphabet)).map(|&byte| char::from(byte)).collect()
}
