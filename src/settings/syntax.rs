//! What the YAML parser or serde refused, in words a tired person can act on.
//!
//! Their own messages quote the file, which may hold a password at any place
//! once a line is damaged; so nothing of them is passed on unseen.

use super::Form;
use super::error::{Error, Problem, nearest, quoted};
use super::locate::Step;
use super::noting::Unknown;
use super::survey::{TOO_MUCH, TWICE};

pub(crate) fn explain(origin: &str, text: &str, error: &serde_yaml::Error, form: &Form) -> Error {
    let at = error.location().map(|place| (place.line(), place.column()));
    let message = error.to_string();
    if message.contains("more than one document") {
        let what = "a second document begins here".to_owned();
        let fix = "keep one document: remove the `---` line and what follows it, or join the two";
        return place(origin, second_document(text), what, fix);
    }
    let (key, message) = split_key(&message, form.keys);
    if let Some((what, fix)) = of_serde(message) {
        return place(origin, at, what, &fix).with_key(key);
    }
    // Damaged quotes and brackets are best looked for where they open.
    let opened = message.split_once(", while ").map_or("", |(_, context)| context);
    if let Some(number) = text.lines().position(indented_by_tab) {
        let column = text.lines().nth(number).map_or(1, |line| line.find('\t').unwrap_or(0) + 1);
        let fix = "indent with spaces: YAML allows no tabs there";
        return place(origin, Some((number + 1, column)), "the line is indented by a tab".to_owned(), fix);
    }
    let (at, what, fix) = of_parser(message, opened, at);
    place(origin, at, what.to_owned(), fix)
}

fn place(origin: &str, at: Option<(usize, usize)>, what: String, fix: &str) -> Error {
    match at {
        Some((line, column)) => Error::at(origin, line, column, what, fix),
        None => Error::whole_file(origin, what, fix),
    }
}

/// Messages about the shape of the file.
fn of_serde(message: &str) -> Option<(String, String)> {
    let (begin, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    let expected = expected.split(" at line ").next().unwrap_or_default();
    if begin.starts_with(TWICE) || begin.starts_with("duplicate field") {
        return Some((TWICE.to_owned(), "remove one of the two".to_owned()));
    }
    if begin.starts_with(TOO_MUCH) || begin.contains("repetition limit") {
        return Some((TOO_MUCH.to_owned(), "write everything out without aliases and anchors".to_owned()));
    }
    if begin.contains("recursion limit") {
        let fix = "a configuration needs two or three levels";
        return Some(("this is nested too deep".to_owned(), fix.to_owned()));
    }
    let found = begin.strip_prefix("invalid ")?.split_once(": ")?.1;
    let what = if found.starts_with("sequence") {
        "a list stands here"
    } else if found.starts_with("map") {
        "a map (`key: value`) stands here"
    } else if found.starts_with("unit") || found.starts_with("null") {
        "nothing stands here"
    } else if expected == "a boolean" {
        "this is neither `true` nor `false`"
    } else if matches!(expected, "a string" | "a key") || found.starts_with("integer") {
        "this is not text"
    } else {
        "a single value stands here"
    };
    let fix = match expected {
        "a sequence" => "write a list: each entry on a line of its own that begins with `- `".to_owned(),
        "a string" => "write one text, in quotes if it holds anything but letters and digits".to_owned(),
        "a boolean" => "write `true` or `false`, without quotes".to_owned(),
        "a key" => "write `key: value` lines; check the indentation".to_owned(),
        // Our own `expecting` texts; the crates' own are covered above.
        other => format!("write {other}, and check the indentation"),
    };
    Some((what.to_owned(), fix))
}

/// What is to be said of a key that does not belong where it stands.
pub(super) fn unknown_key(unknown: Unknown, form: &Form) -> Problem {
    let Unknown { map, number, key, known } = unknown;
    let fix = if let Some(fix) = (form.misplaced)(&key) {
        fix
    } else if key.contains(':') {
        "write `key: value`, with a space after the colon".to_owned()
    } else {
        match nearest(&key, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("remove it; the keys here are {}", quoted(known.iter().copied())),
        }
    };
    Problem { path: [map, vec![Step::Name(number)]].concat(), what: no_such_key(&key, known), fix }
}

/// Names the key if it is a plain word, or could be a header where these are: `password:hunter2` without the
/// space is a key as well.
fn no_such_key(key: &str, known: &[&str]) -> String {
    let has_headers = known.iter().any(|known| known.starts_with("X-"));
    let is_usual = |c: char| c.is_ascii_alphabetic() || c == '_' || (c == '-' && has_headers);
    let is_word = key.len() <= 40 && key.chars().all(is_usual);
    if is_word { format!("there is no key `{key}` here") } else { "there is no such key here".to_owned() }
}

type At = Option<(usize, usize)>;

/// Messages of the YAML parser, by the problem and by what it was reading.
fn of_parser(problem: &str, opened: &str, at: At) -> (At, &'static str, &'static str) {
    let begins = |text: &str| problem.starts_with(text);
    let outset = position(opened).or(at);
    if opened.starts_with("scanning a quoted scalar") && begins("found unexpected") {
        (outset, "the quote that opens here is never closed", "close it with the same quote")
    } else if opened.starts_with("parsing a flow") {
        let fix = "close it, put commas between the entries, and quote values that hold brackets or commas";
        (outset, "the bracket that opens here is not closed where it should be", fix)
    } else if begins("found unknown escape") || opened.starts_with("parsing a quoted scalar") {
        let fix = "use single quotes: between double quotes, `\\` begins an escape";
        (at, "`\\` stands before a character that cannot be escaped", fix)
    } else if begins("could not find expected ':'") {
        let fix = "write `key: value`, with a space after the colon";
        (outset, "the line is neither `key: value` nor the continuation of a text", fix)
    } else if begins("mapping values are not allowed") {
        let fix = "indent the line like its neighbours; put a value that holds `: ` in quotes";
        (at, "this colon makes a key where none can be", fix)
    } else if begins("block sequence entries are not allowed") {
        (at, "a list cannot begin here", "begin it on a line of its own, below its key")
    } else if begins("found character that cannot start") {
        (at, "no plain text begins with this character", "put the value in quotes")
    } else if begins("unknown anchor") {
        let fix = "put the value in quotes if it is text; else define `&name` before it is used";
        (at, "`*` begins an alias, and nothing above has that name", fix)
    } else if opened.contains("tag") || opened.contains("anchor") || opened.contains("alias") {
        (at, "`!`, `&` or `*` begins a tag, anchor or alias here", "put the value in quotes if it is text")
    } else if begins("did not find expected") {
        let fix = "indent it exactly like the other keys, or entries with `-`, of the same block";
        (at, "the indentation does not fit the lines above", fix)
    } else {
        (at, "this is not YAML", "check indentation, colons and quotes on this line and the one above")
    }
}

/// The place in "… at line 3 column 5".
fn position(text: &str) -> At {
    let (_, place) = text.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

fn second_document(text: &str) -> At {
    let mut content = false;
    for (number, line) in text.lines().enumerate() {
        let marker = line.starts_with("---");
        if marker && content {
            return Some((number + 1, 1));
        }
        content |= !marker && !line.trim().is_empty() && !line.starts_with(['#', '%']);
    }
    None
}

fn indented_by_tab(line: &str) -> bool {
    let indent = line.len() - line.trim_start().len();
    line.trim() != "" && line.get(..indent).is_some_and(|space| space.contains('\t'))
}

/// Splits serde's `path.to.key: message`; the path may be missing. Only known
/// keys have values that are looked at, so the path holds nothing secret, but
/// a word that was damaged into a key does: it is dropped.
fn split_key<'a>(message: &'a str, known: &[&str]) -> (&'a str, &'a str) {
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '[' | ']');
    let of_serde = ["invalid ", "duplicate field", TWICE, TOO_MUCH];
    let start = of_serde.iter().filter_map(|begin| message.find(begin)).min();
    match start.and_then(|start| message.split_at_checked(start)) {
        Some((path, rest)) => match path.strip_suffix(": ") {
            Some(path)
                if path.chars().all(is_key) && path.split(['.', '[']).all(|step| is_step(step, known)) =>
            {
                (path, rest)
            }
            _ => ("", rest),
        },
        None => ("", message),
    }
}

/// Whether a piece of a path is an item's number or one of the file's keys.
fn is_step(step: &str, known: &[&str]) -> bool {
    step.trim_end_matches(']').bytes().all(|byte| byte.is_ascii_digit()) || known.contains(&step)
}
