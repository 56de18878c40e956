//! The text of the file: guards before the parser, and its errors in words.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::error::Error;
use super::raw;

/// Ten thousand targets fit several times; a log file given by mistake does not.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The parser's time grows with the square of open brackets; no config needs
/// more than a handful.
const MAX_BRACKETS: usize = 64;

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
        let valid = error.as_bytes().get(..at).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::at(&origin, line, 1, "the file is not UTF-8 text".to_owned(), "save it as UTF-8")
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
    if let Some(line) = line_of_bracket_tower(text) {
        return Err(Error::at(
            origin,
            line,
            1,
            format!("more than {MAX_BRACKETS} brackets are open at once"),
            "a configuration needs two or three levels; put texts with brackets in quotes",
        ));
    }
    serde_yaml::from_str(text).map_err(|error| Error::syntax(origin, text, &error))
}

/// The line on which more brackets are open, by a count that knows nothing of
/// quotes, than any honest file has.
fn line_of_bracket_tower(text: &str) -> Option<usize> {
    let mut open = 0usize;
    for (number, line) in text.lines().enumerate() {
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_BRACKETS {
                return Some(number + 1);
            }
        }
        // A block-style line that closed nothing is text: begin anew.
        if !line.trim_end().ends_with(['[', '{', ',']) {
            open = 0;
        }
    }
    None
}
