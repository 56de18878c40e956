//! JSON that no parser takes, and JSON that some do not.

use fortinet_exporter::upstream::Reason::{NotJson, UnexpectedPayload};

use crate::faults::row::{Expect, Fault, Row, Section, fine, looks_dead};
use crate::support::Mischief;

const DEPTH: usize = 100_000;

/// The body with its first number replaced.
fn with_number(body: &str, number: &str) -> Vec<u8> {
    let starts = body.match_indices(':').map(|(at, _)| at + 1);
    let is_number = |at: &usize| body[*at..].starts_with(|c: char| c.is_ascii_digit());
    let Some(start) = starts.clone().find(is_number) else { return body.into() };
    let end = start + body[start..].find(|c: char| !c.is_ascii_digit()).unwrap();
    [&body[..start], number, &body[end..]].concat().into()
}

/// The body with this in front of its first text.
fn with_bytes(body: &str, bytes: &[u8]) -> Vec<u8> {
    let at = body.find(":\"").map_or(body.len(), |at| at + 2);
    [&body.as_bytes()[..at], bytes, &body.as_bytes()[at..]].concat()
}

fn with_every_key_twice(body: &str) -> Vec<u8> {
    let inner = &body[1..body.len() - 1];
    format!("{{{inner},{inner}}}").into()
}

fn nested(open: &str, value: &str, close: &str) -> Vec<u8> {
    [&open.repeat(DEPTH), value, &close.repeat(DEPTH)].concat().into()
}

pub(super) fn rows() -> Vec<Row> {
    let row = |name, rewrite, expect: Expect| Row {
        section: Section::Json,
        name,
        fault: Fault::Front(Mischief::Rewrite(rewrite)),
        expect,
    };
    vec![
        row("`[]` in place of an object", |_| "[]".into(), looks_dead(UnexpectedPayload)),
        row("`null`", |_| "null".into(), looks_dead(UnexpectedPayload)),
        row("`\"ok\"`", |_| "\"ok\"".into(), looks_dead(UnexpectedPayload)),
        row("half an object", |body| body[..body.len() / 2].into(), looks_dead(NotJson)),
        row(
            "objects nested 100,000 deep",
            |_| nested("{\"data\":", "1", "}"),
            // The endpoint index is read without a tree, however deep; the licences are not.
            looks_dead(NotJson).says([NotJson, UnexpectedPayload, UnexpectedPayload]),
        ),
        row("every key twice", with_every_key_twice, fine()),
        row("`NaN` for a number", |body| with_number(body, "NaN"), fine()),
        row("`-Infinity` for a number", |body| with_number(body, "-Infinity"), fine()),
        row("`1e999` for a number", |body| with_number(body, "1e999"), fine()),
        row("a number of 400 digits", |body| with_number(body, &"9".repeat(400)), fine()),
        row("bytes that are not UTF-8 in a text", |body| with_bytes(body, b"\xff\xfe"), fine()),
    ]
}
