//! What is wrong with the configuration, where, and what to write instead.
//!
//! One line per problem in the form editors and terminals turn into a link,
//! `FILE:LINE:COLUMN: KEY: what is wrong`, and below it the fix. The text of
//! the file is never quoted: it may hold a password.

use std::fmt;
use std::io;

use super::locate::{Step, locate};

/// A configuration that cannot be used.
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
    pub(super) path: Vec<Step>,
    pub(super) what: String,
    pub(super) fix: String,
}

impl Error {
    pub(super) fn unreadable(origin: &str, error: &io::Error) -> Self {
        let fix = match error.kind() {
            io::ErrorKind::NotFound => "check the path given to --config.file",
            io::ErrorKind::PermissionDenied => "let the exporter's user read it",
            _ => "check that it is a readable file",
        };
        Self::whole_file(origin, format!("cannot read the file: {error}"), fix)
    }

    pub(super) fn whole_file(origin: &str, what: String, fix: &str) -> Self {
        let place = Place { at: None, key: String::new(), what, fix: fix.to_owned() };
        Self { origin: origin.to_owned(), places: vec![place] }
    }

    pub(super) fn at(origin: &str, line: usize, column: usize, what: String, fix: &str) -> Self {
        let place = Place { at: Some((line, column)), key: String::new(), what, fix: fix.to_owned() };
        Self { origin: origin.to_owned(), places: vec![place] }
    }

    /// What the YAML parser or serde refused.
    pub(super) fn syntax(origin: &str, text: &str, error: &serde_yaml::Error) -> Self {
        let at = error.location().map(|place| (place.line(), place.column()));
        let mut what = error.to_string();
        if let Some((line, column)) = at
            && let Some(cut) = what.find(&format!(" at line {line} column {column}"))
        {
            what.truncate(cut);
        }
        let (key, what) = split_key(&what);
        let indented_by_tab = |line: &str| {
            let indent = line.len() - line.trim_start().len();
            line.get(..indent).is_some_and(|space| space.contains('\t'))
        };
        let fix = if let Some(field) = unknown_field(&what) {
            suggestion(&what, field)
        } else if let Some(number) = text.lines().position(indented_by_tab) {
            format!("indent with spaces: YAML allows no tabs, and line {} begins with one", number + 1)
        } else if what.contains("more than one document") {
            "keep one document: remove the `---` line in the middle".to_owned()
        } else if what.contains("repetition limit") || what.contains("recursion limit") {
            "write the targets out: aliases (`*name`) multiply them beyond any use".to_owned()
        } else if what.starts_with("invalid type") {
            "compare the indentation and the `-` with the example configuration".to_owned()
        } else {
            "check indentation, colons and quotes on this line and the one above".to_owned()
        };
        let place = Place { at, key, what, fix };
        Self { origin: origin.to_owned(), places: vec![place] }
    }

    /// What the checks found, with each place looked up in `text`.
    pub(super) fn invalid(origin: &str, text: &str, problems: Vec<Problem>) -> Self {
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
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, place) in self.places.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:", self.origin)?;
            if let Some((line, column)) = place.at {
                write!(f, "{line}:{column}:")?;
            }
            if !place.key.is_empty() {
                write!(f, " {}:", place.key)?;
            }
            write!(f, " {}\n    fix: {}", place.what, place.fix)?;
        }
        Ok(())
    }
}

/// `fortimanagers[1].tls.ca_file`
fn key(path: &[Step]) -> String {
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
        }
    }
    text
}

/// Splits serde's `path.to.key: message`; the path may be missing.
fn split_key(what: &str) -> (String, String) {
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
    match what.split_once(": ") {
        Some((path, rest))
            if path.starts_with(|c: char| c.is_ascii_lowercase()) && path.chars().all(is_key) =>
        {
            (path.to_owned(), rest.to_owned())
        }
        _ => (String::new(), what.to_owned()),
    }
}

fn unknown_field(what: &str) -> Option<&str> {
    what.strip_prefix("unknown field `")?.split('`').next()
}

/// "did you mean": the nearest of the keys that serde lists.
fn suggestion(what: &str, field: &str) -> String {
    let known = what.split('`').skip(3).step_by(2);
    let nearest = known
        .map(|key| (strsim::damerau_levenshtein(field, key), key))
        .min()
        .filter(|(distance, key)| *distance <= key.len() / 2);
    match nearest {
        Some((_, key)) => format!("did you mean `{key}`?"),
        None => "remove it, or use one of the keys listed".to_owned(),
    }
}
