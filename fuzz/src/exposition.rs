//! Prometheus' text format 0.0.4, read as strictly as Prometheus does.

use std::collections::{BTreeMap, BTreeSet};

/// A name with its labels.
pub(crate) type Series = (String, BTreeMap<String, String>);

/// Every series of a page with its value; panics at the first line that is wrong.
pub(crate) fn series(page: &str) -> BTreeMap<Series, f64> {
    let mut found = BTreeMap::new();
    let mut families = BTreeSet::new();
    let mut family = "";
    assert!(page.ends_with('\n'));
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            family = rest.split_once(' ').expect("a help").0;
            assert!(families.insert(family), "{family} comes twice");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert!(
                rest.strip_prefix(family).is_some_and(|kind| matches!(kind, " gauge" | " counter")),
                "{line}"
            );
        } else {
            let (series, value) = sample(line);
            assert_eq!(series.0, family, "{line}");
            assert_eq!(found.insert(series, value), None, "twice: {line}");
        }
    }
    found
}

fn sample(line: &str) -> (Series, f64) {
    let end = line.find(['{', ' ']).expect("a name");
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (name, after) = rest.split_once("=\"").expect("a label");
            assert!(is_name(name), "{line}");
            let (value, after) = quoted(after);
            assert_eq!(labels.insert(name.to_owned(), value), None, "a label twice: {line}");
            rest = match after.strip_prefix(',') {
                Some(more) => more,
                None => {
                    rest = after.strip_prefix('}').expect("the end of the labels");
                    break;
                }
            };
        }
    }
    let value = rest.strip_prefix(' ').expect("a value").parse().expect("a number");
    ((name.to_owned(), labels), value)
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.push(match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, c @ ('\\' | '"'))) => c,
                other => panic!("an escape of {other:?}"),
            }),
            c => value.push(c),
        }
    }
    panic!("no quote at the end of {text:?}");
}

fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}
