//! JSON as these systems write it: pure ASCII, everything else as `\u` escapes. A client that reads
//! strings in place, without unescaping, fails on it, as it would on the real ones.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::Formatter;

/// The bytes of a JSON value.
pub(super) fn render(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Ascii);
    // Writing a Value into memory cannot fail; an empty body is the honest answer if it did.
    if value.serialize(&mut serializer).is_err() {
        bytes.clear();
    }
    bytes
}

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut units = [0; 2];
        for part in fragment.split_inclusive(|c: char| !c.is_ascii()) {
            match part.chars().next_back().filter(|last| !last.is_ascii()) {
                None => writer.write_all(part.as_bytes())?,
                Some(last) => {
                    let plain = part.strip_suffix(last).unwrap_or_default();
                    writer.write_all(plain.as_bytes())?;
                    for unit in last.encode_utf16(&mut units) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
