//! A strict reader of OpenMetrics 1.0.0: whatever the specification forbids,
//! or merely advises against, is a panic that names the line.

use std::collections::{BTreeMap, BTreeSet};

/// A family: what is said of it and its series.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    pub(crate) unit: Option<String>,
    pub(crate) help: String,
    /// Name and labels in order → value.
    pub(crate) series: BTreeMap<(String, BTreeMap<String, String>), f64>,
}

/// The families of a page, by name.
pub(crate) fn families(page: &str) -> BTreeMap<String, Family> {
    let body = page.strip_suffix("# EOF\n").expect("the page ends with # EOF");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let mut current = String::new();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(name) && matches!(kind, "gauge" | "counter"), "{line}");
            assert!(!families.contains_key(name), "a family comes twice, or its series apart: {line}");
            // What a family's series may be called belongs to it alone.
            let names: &[&str] = if kind == "counter" { &["", "_total", "_created"] } else { &[""] };
            for suffix in names {
                assert!(taken.insert(format!("{name}{suffix}")), "a name has two meanings: {line}");
            }
            assert!(
                families.get(&current).is_none_or(|family| !family.series.is_empty()),
                "empty: {current}"
            );
            current = name.to_owned();
            families.insert(current.clone(), Family { kind: kind.to_owned(), ..Family::default() });
            continue;
        }
        let family = families.get_mut(&current).unwrap_or_else(|| panic!("before any TYPE: {line}"));
        if let Some(rest) = line.strip_prefix(&format!("# UNIT {current} ")) {
            assert!(family.unit.is_none() && family.help.is_empty() && family.series.is_empty(), "{line}");
            assert!(current.ends_with(&format!("_{rest}")), "not the name's ending: {line}");
            family.unit = Some(rest.to_owned());
        } else if let Some(rest) = line.strip_prefix(&format!("# HELP {current} ")) {
            assert!(family.help.is_empty() && family.series.is_empty() && !rest.is_empty(), "{line}");
            family.help = unescaped(rest, line);
        } else {
            assert!(!line.starts_with('#'), "a comment: {line}");
            let (name, labels, value) = series(line);
            let expected =
                if family.kind == "counter" { format!("{current}_total") } else { current.clone() };
            assert_eq!(name, expected, "{line}");
            assert!(family.kind != "counter" || value >= 0.0, "{line}");
            assert!(family.series.insert((name, labels), value).is_none(), "a series comes twice: {line}");
        }
    }
    families
}

fn series(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("{line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(mut inside) = rest.strip_prefix('{') {
        loop {
            let (label, after) = inside.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(label) && !label.contains(':'), "{line}");
            let end = closing_quote(after).unwrap_or_else(|| panic!("{line}"));
            let value = unescaped(&after[..end], line);
            assert!(!value.is_empty(), "an empty label: {line}");
            assert!(labels.insert(label.to_owned(), value).is_none(), "a label comes twice: {line}");
            inside = &after[end + 1..];
            match inside.split_at(1) {
                (",", next) => inside = next,
                ("}", next) => {
                    rest = next;
                    break;
                }
                _ => panic!("{line}"),
            }
        }
    }
    // One space, a number, nothing more: no timestamp, no exemplar.
    let value = rest.strip_prefix(' ').unwrap_or_else(|| panic!("{line}"));
    assert!(value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.e".contains(&byte)), "{line}");
    (name.to_owned(), labels, value.parse().unwrap_or_else(|error| panic!("{line}: {error}")))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

fn unescaped(text: &str, line: &str) -> String {
    let mut found = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        found.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some(escaped @ ('\\' | '"')) => escaped,
                _ => panic!("an escape that is none: {line}"),
            },
            '"' => panic!("a quote that is not escaped: {line}"),
            other => other,
        });
    }
    found
}
