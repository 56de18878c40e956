//! What a benchmark prints, which is what it is for, and how it ends.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The end of a measurement, told if it is none.
pub(crate) fn end(result: Result<(), Box<dyn Error + Send + Sync>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("the measurement cannot go on: {error}"));
            ExitCode::FAILURE
        }
    }
}
