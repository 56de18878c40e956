//! What is wrong with a settings file, where, and what to write instead.
//!
//! One line per problem in the form editors and terminals turn into a link,
//! `FILE:LINE:COLUMN: KEY: what is wrong`, and below it the fix. The text of
//! the file is not quoted, since it may hold a password anywhere once a line is
//! damaged. The exceptions cannot be one: absolute paths, names that end as
//! those of certificates do, and names of environment variables in capitals.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;

use super::locate::{Step, locate};

/// A settings file that cannot be used.
#[derive(Debug)]
pub struct Error {
    origin: String,
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    at: Option<(usize, usize)>,
    key: String,
    what: String,
    fix: String,
}

/// One thing that is wrong, found by the checks after parsing.
#[derive(Debug)]
pub struct Problem {
    pub(crate) path: Vec<Step>,
    pub(crate) what: String,
    pub(crate) fix: String,
}

/// A problem, and whether it is one only as long as some key is not there.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) problem: Problem,
    /// Then it may be gone once a key of the same map is spelled right.
    pub(crate) is_of_absence: bool,
}

/// Of a problem by itself it is not known.
impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        Self { problem, is_of_absence: true }
    }
}

impl Error {
    pub(crate) fn unreadable(origin: &str, flag: &str, error: &io::Error) -> Self {
        let fix = match error.kind() {
            io::ErrorKind::NotFound => format!("write the file, or name another with {flag}"),
            io::ErrorKind::PermissionDenied => "let the exporter's user read it".to_owned(),
            _ => "check that it is a readable file".to_owned(),
        };
        Self::whole_file(origin, format!("cannot read the file: {error}"), &fix)
    }

    pub(crate) fn whole_file(origin: &str, what: String, fix: &str) -> Self {
        let place = Place { at: None, key: String::new(), what, fix: fix.to_owned() };
        Self { origin: origin.to_owned(), places: vec![place] }
    }

    pub(crate) fn at(origin: &str, line: usize, column: usize, what: String, fix: &str) -> Self {
        let place = Place { at: Some((line, column)), key: String::new(), what, fix: fix.to_owned() };
        Self { origin: origin.to_owned(), places: vec![place] }
    }

    /// Both in the order of the file, and last what has no place in it.
    pub(crate) fn and(mut self, mut other: Self) -> Self {
        self.places.append(&mut other.places);
        self.places.sort_by_key(|place| (place.at.is_none(), place.at));
        self
    }

    pub(crate) fn with_key(mut self, key: &str) -> Self {
        self.places.iter_mut().for_each(|place| key.clone_into(&mut place.key));
        self
    }

    /// What the checks found, with each place looked up in `text`.
    pub(crate) fn invalid(origin: &str, text: &str, problems: Vec<Problem>) -> Self {
        /// Looking a place up reads the file again: enough for a person, not
        /// for ten thousand targets with the same mistake.
        const MOST: usize = 20;
        let left_out = problems.len().saturating_sub(MOST);
        let mut places: Vec<Place> = problems
            .into_iter()
            .take(MOST)
            .map(|problem| Place {
                at: locate(text, &problem.path),
                key: key(&problem.path),
                what: problem.what,
                fix: problem.fix,
            })
            .collect();
        places.sort_by_key(|place| place.at);
        if left_out > 0 {
            places.push(Place {
                at: None,
                key: String::new(),
                what: format!("and {left_out} more problems"),
                fix: "mend these first".to_owned(),
            });
        }
        Self { origin: origin.to_owned(), places }
    }

    /// Each problem with its place, and its fix.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (String, &str)> {
        self.places.iter().map(|place| {
            let at = place.at.map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
            let key = if place.key.is_empty() { String::new() } else { format!(" {}:", place.key) };
            (format!("{}:{at}{key} {}", self.origin, place.what), place.fix.as_str())
        })
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (what, fix)) in self.problems().enumerate() {
            let gap = if number > 0 { "\n" } else { "" };
            write!(f, "{gap}{what}\n    fix: {fix}")?;
        }
        Ok(())
    }
}

/// `fortimanagers[1].tls.ca_file`
pub(crate) fn key(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Item(number) => text.push_str(&format!("[{number}]")),
            // What an operator calls it may be a secret on a damaged line; the line tells which.
            Step::Entry(_) | Step::Name(_) => {}
        }
    }
    text
}

/// The choice that `word` most likely stands for: "did you mean".
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // `user` means `username`, however many letters are missing; of several that begin so, the one that misses the
    // fewest.
    let is_begun = |known: &str| word.len() >= 3 && known.starts_with(word);
    let distance = |known: &str| match is_begun(known) {
        true => (0, known.len()),
        false => (strsim::damerau_levenshtein(word, known), 0),
    };
    known
        .map(|known| (distance(known), known))
        .min()
        .filter(|((distance, _), known)| *distance <= known.len() / 2)
        .map(|(_, known)| known)
}

/// "`a`, `b` or `c`"
pub(crate) fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

/// A path to go into a message, with a space before it.
pub(crate) fn quotable(path: &Path) -> String {
    quotable_from("looked up from the exporter's working directory", path)
}

/// The same where a path without a leading `/` is looked for somewhere else.
pub(crate) fn quotable_from(place: &str, path: &Path) -> String {
    let name = if is_certainly_a_path(path) { format!(" {}", path.display()) } else { String::new() };
    if path.is_absolute() { name } else { format!("{name} (no leading `/`: {place})") }
}

/// Whether it begins with `/`, or ends as files of certificates and keys do. Anything else may be a secret under a
/// wrong key.
fn is_certainly_a_path(path: &Path) -> bool {
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte));
    let end = path.extension().and_then(OsStr::to_str);
    path.is_absolute()
        || matches!(end, Some("cer" | "crt" | "key" | "pem")) && path.to_str().is_some_and(is_plain)
}
