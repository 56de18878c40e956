//! What an error may say.

use fortinet_exporter::upstream::Error;

/// A message goes into a log line, a page and a terminal.
pub fn check(error: &Error) {
    let message = error.to_string();
    assert!(!message.trim().is_empty() && !error.hint().is_empty(), "nothing is said: {error:?}");
    assert!(message.len() < 2_000, "{} bytes are said", message.len());
    assert!(!message.contains(char::is_control), "not a line: {message:?}");
}
