//! Pages of an endpoint index as EMS writes them, rendered before anything is
//! measured.

use std::io::{self, Write};

use fortinet_exporter::simulator::Fleet;
use serde::Serialize as _;
use serde_json::ser::{Formatter, Serializer};

use crate::Result;

/// Rows on a page.
pub(crate) const ROWS: usize = 500;

/// Ten digits, so that any id has its place.
const FIRST_ID: usize = 1_000_000_000;

/// Pages that differ, used one after the other for as long an index as is
/// wanted; only the ids go on.
pub(crate) struct Pages(Vec<Template>);

struct Template {
    /// The list of rows.
    rows: Vec<u8>,
    /// Where the digits of each id begin.
    ids: Vec<usize>,
}

impl Pages {
    pub(crate) fn render(different: usize) -> Result<Self> {
        let fleet = Fleet::demo(different * ROWS, jiff::Timestamp::now());
        let page = |number: usize| -> Result<Template> {
            let mut template = Template { rows: Vec::new(), ids: Vec::new() };
            for index in number * ROWS..(number + 1) * ROWS {
                let mut row = fleet.row(index).ok_or("no such row")?;
                *row.get_mut("device_id").ok_or("a row without an id")? = FIRST_ID.into();
                let separator: &[u8] = if template.rows.is_empty() { b"" } else { b", " };
                template.rows.extend_from_slice(separator);
                let begin = template.rows.len();
                row.serialize(&mut Serializer::with_formatter(&mut template.rows, Django))?;
                let key = b"\"device_id\": ";
                let text = template.rows.get(begin..).unwrap_or_default();
                let at = text.windows(key.len()).position(|part| part == key).ok_or("no id")?;
                template.ids.push(begin + at + key.len());
            }
            Ok(template)
        };
        (0..different).map(page).collect::<Result<_>>().map(Self)
    }

    /// The page that begins at `offset`, a multiple of [`ROWS`], of an index of so many rows.
    pub(crate) fn page(&self, offset: usize, total: usize) -> Vec<u8> {
        let mut page = br#"{"result": {"retval": 1, "message": null}, "data": {"endpoints": ["#.to_vec();
        let template = self.0.get(offset / ROWS % self.0.len().max(1)).filter(|_| offset < total);
        if let Some(template) = template {
            page.reserve(template.rows.len() + 64);
            let begin = page.len();
            page.extend_from_slice(&template.rows);
            for (number, at) in template.ids.iter().enumerate() {
                let id = (FIRST_ID + offset + number).to_string();
                if let Some(digits) = page.get_mut(begin + at..begin + at + id.len()) {
                    digits.copy_from_slice(id.as_bytes());
                }
            }
        }
        page.extend_from_slice(format!("], \"total\": {total}}}}}").as_bytes());
        page
    }
}

/// JSON as Python writes it by default: a space after each comma and colon, and nothing but ASCII.
struct Django;

impl Formatter for Django {
    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        out.write_all(if is_first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        out.write_all(if is_first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        for unit in fragment.encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii() => out.write_all(&[byte])?,
                _ => write!(out, "\\u{unit:04x}")?,
            }
        }
        Ok(())
    }
}
