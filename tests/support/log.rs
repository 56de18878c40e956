//! Reading the log as those programs do that collect it.

use std::collections::BTreeMap;

/// A line of the log: its keys and values.
pub(crate) type Line = BTreeMap<String, String>;

/// The lines of a log in `format`; each must be whole, and each key there once.
pub(crate) fn lines(log: &str, format: &str) -> Vec<Line> {
    let read = if format == "json" { json } else { logfmt };
    let line = |text: &str| read(text).unwrap_or_else(|| panic!("not a line of {format}: {text}"));
    log.lines().map(line).collect()
}

fn json(text: &str) -> Option<Line> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    // Of a key that comes twice one is lost here.
    let is_whole = serde_json::to_string(&object).ok()?.len() == text.len();
    let word = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs = object.into_iter().map(|(key, value)| (key, word(value))).collect();
    unique(pairs).filter(|_| is_whole)
}

/// As go-logfmt reads it: quotes are those of JSON, but that an apostrophe may be escaped.
fn logfmt(text: &str) -> Option<Line> {
    let text = text.replace("\\'", "'");
    let (mut text, mut pairs) = (text.as_str(), Vec::new());
    while !text.is_empty() {
        let (key, rest) = text.split_once('=')?;
        let (value, rest) = if rest.starts_with('"') { quoted(rest)? } else { bare(rest) };
        pairs.push((key.to_owned(), value));
        text = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
    }
    unique(pairs)
}

/// A value in quotes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let value = values.next()?.ok()?;
    Some((value, &text[values.byte_offset()..]))
}

fn bare(text: &str) -> (String, &str) {
    let end = text.find(' ').unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

fn unique(pairs: Vec<(String, String)>) -> Option<Line> {
    let count = pairs.len();
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let whole = pairs.iter().all(|(key, _)| is_key(key));
    let line: Line = pairs.into_iter().collect();
    (whole && line.len() == count).then_some(line)
}
