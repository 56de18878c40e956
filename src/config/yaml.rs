//! The text of the file: guards before the parser, and its errors in words.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::error::Error;
use super::{nesting, raw, survey, syntax};

/// Ten thousand targets fit; a log file given by mistake does not. The parser
/// needs up to sixty bytes for each of these.
const MAX_BYTES: u64 = 3 * 1024 * 1024;

pub(super) fn read(path: &Path) -> Result<String, Error> {
    let origin = path.display().to_string();
    let file = File::open(path).map_err(|error| Error::unreadable(&origin, &error))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| Error::unreadable(&origin, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::whole_file(
            &origin,
            format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            "check that this is the exporter's configuration; split thousands of targets over several exporters",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let valid = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default());
        let (line, column) = line_and_column(&valid, at);
        Error::at(&origin, line, column, "the file is not UTF-8 text".to_owned(), "save it as UTF-8")
    })
}

pub(super) fn parse(text: &str, origin: &str) -> Result<raw::File, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let says_something =
        text.lines().any(|line| !matches!(line.trim(), "" | "---") && !line.trim_start().starts_with('#'));
    if !says_something {
        return Err(Error::whole_file(
            origin,
            "the file is empty".to_owned(),
            "name at least one target under `fortimanagers:`, `forticlient_ems:` or `forticlient_cloud:`",
        ));
    }
    if let Some(at) = text.find(|c| !is_yaml(c)) {
        let (line, column) = line_and_column(text, at);
        let what = "the parser accepts no control character".to_owned();
        return Err(Error::at(origin, line, column, what, "remove it, and save the file as plain text"));
    }
    if let Some((line, column)) = nesting::too_deep(text) {
        let what = "brackets or dashes are nested too deep".to_owned();
        let fix = "a configuration needs two or three levels; put texts with brackets in quotes";
        return Err(Error::at(origin, line, column, what, fix));
    }
    let explain = |error| syntax::explain(origin, text, &error);
    survey::survey(text).map_err(explain)?;
    serde_yaml::from_str(text).map_err(explain)
}

/// The characters that YAML allows in a file.
fn is_yaml(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}
