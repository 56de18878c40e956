//! A connection, but no whole HTTP answer.

use fortinet_exporter::upstream::Reason::{Connect, NotJson, Timeout, TooLarge};

use crate::faults::row::{Expect, Fault, Row, Section, fails, fine, looks_dead, refused};
use crate::support::Mischief;

pub(super) fn rows() -> Vec<Row> {
    let row = |name, mischief, expect: Expect| Row {
        section: Section::Transfer,
        name,
        fault: Fault::Front(mischief),
        expect,
    };
    // What cannot be reached is not asked for the next page.
    let broken = || fails(Connect).requests([1; 3], [1; 3]);
    vec![
        row("no answer (30 s, `timeout`)", Mischief::NeverAnswer, fails(Timeout)),
        row("headers that stop half-way", Mischief::StallInHeaders, fails(Timeout)),
        row("one byte a second", Mischief::Drip, fails(Timeout)),
        row("a Content-Length larger than the body", Mischief::LongerLength, fails(Timeout)),
        row("headers that never end", Mischief::EndlessHeaders, broken()),
        row("a body cut off in the middle", Mischief::CutOff, broken()),
        row("something that is not HTTP", Mischief::NotHttp, broken()),
        row("2 GB of body", Mischief::TwoGigabytes, fails(TooLarge)),
        row("a gzip bomb", Mischief::GzipBomb, fails(TooLarge)),
        row(
            "a Content-Length smaller than the body, sign-in included",
            Mischief::ShorterLength,
            // The sign-in that cannot be read has opened a session, which is signed out of, in two
            // ways where the first does not seem to work. Cloud's id was in the part that is missing.
            refused(NotJson).requests([6, 4, 3], [0; 3]),
        ),
        row(
            "a login page, and connections closed at the first request after a sign-out",
            Mischief::EndWithSignOut,
            looks_dead(NotJson),
        ),
        row("connections closed after each answer without a word", Mischief::CloseAfterAnswer, fine()),
    ]
}
