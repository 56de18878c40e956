//! The text of the file: guards before the parser, and its errors in words.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::error::{Error, Finding, Problem};
use super::locate::Step;
use super::{Form, nesting, noting, survey, syntax};

/// Ten thousand targets fit; a log file given by mistake does not. The parser
/// needs up to sixty bytes for each of these.
const MAX_BYTES: u64 = 3 * 1024 * 1024;

pub(crate) fn read(path: &Path, form: &Form) -> Result<String, Error> {
    let origin = path.display().to_string();
    let unreadable = |error| Error::unreadable(&origin, form.flag, &error);
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        let what = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        return Err(Error::whole_file(&origin, what, form.too_large));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let valid = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default());
        let (line, column) = line_and_column(&valid, at);
        Error::at(&origin, line, column, "the file is not UTF-8 text".to_owned(), "save it as UTF-8")
    })
}

/// What `check` makes of the file; its problems stand beside the keys that nobody knows.
pub(crate) fn parse<T: DeserializeOwned + Default, C, P: Into<Finding>>(
    text: &str,
    origin: &str,
    form: &Form,
    check: impl FnOnce(T) -> Result<C, Vec<P>>,
) -> Result<C, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let says_something =
        text.lines().any(|line| !matches!(line.trim(), "" | "---") && !line.trim_start().starts_with('#'));
    if !says_something {
        return match form.empty {
            Some(fix) => Err(Error::whole_file(origin, "the file is empty".to_owned(), fix)),
            None => {
                check(T::default()).map_err(|found| Error::invalid(origin, text, new(found, &HashSet::new())))
            }
        };
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
    let explain = |error| syntax::explain(origin, text, &error, form);
    survey::survey(text).map_err(explain)?;
    let noting::Reading { value, unknown, misfits } = noting::read(text);
    let mut maps: HashSet<Vec<Step>> = unknown.iter().map(|unknown| unknown.map.clone()).collect();
    maps.extend(misfits.iter().map(|misfit| map_of(&misfit.way).to_vec()));
    let mut problems: Vec<Problem> =
        unknown.into_iter().map(|unknown| syntax::unknown_key(unknown, form)).collect();
    match value.map(check) {
        Some(Ok(checked)) if problems.is_empty() && misfits.is_empty() => return Ok(checked),
        Some(Err(found)) => problems.extend(new(found, &maps)),
        _ => {}
    }
    let misfits = misfits.into_iter().map(|misfit| explain(misfit.error));
    Err(misfits.fold(Error::invalid(origin, text, problems), Error::and))
}

/// The map that lacks what stands there as something else: an entry of a list is one by itself.
fn map_of(way: &[Step]) -> &[Step] {
    match way {
        [map @ .., Step::Key(_)] => map,
        way => way,
    }
}

/// What was found without what may come of a key that nobody knows, or that holds something else, in one of these maps.
fn new<P: Into<Finding>>(found: Vec<P>, maps: &HashSet<Vec<Step>>) -> Vec<Problem> {
    let is_new = |finding: &Finding| !may_follow(finding, maps);
    found.into_iter().map(P::into).filter(is_new).map(|finding| finding.problem).collect()
}

/// Whether it is of something missing that such a key in one of these maps may stand for.
fn may_follow(Finding { problem, is_of_absence }: &Finding, maps: &HashSet<Vec<Step>>) -> bool {
    let path = problem.path.as_slice();
    // What is missing at the top says nothing of what stands below.
    let outermost = path.len().min(1);
    let mut around = (outermost..=path.len()).filter_map(|length| path.get(..length));
    *is_of_absence && around.any(|map| maps.contains(map))
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
