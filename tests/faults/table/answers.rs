//! Wrong answers, each to a page and to a sign-in.

use fortinet_exporter::simulator::Answer;
use fortinet_exporter::upstream::Reason::{
    Auth, Forbidden, HttpStatus, NotJson, RateLimited, UnexpectedPayload,
};
use serde_json::json;

use crate::faults::row::{Expect, Fault, Next, On, Recovery, Row, Section};
use crate::faults::row::{fails, looks_dead, refused, uncertain};
use crate::faults::stand::{MARKER, Stand};

type Make = fn(&Stand<'_>) -> Answer;

fn html(status: u16) -> Answer {
    Answer::html(status, &format!("<!DOCTYPE html><html><body>{MARKER}</body></html>"))
}

fn limited(retry_after: &str) -> Answer {
    Answer::text(429, MARKER).header("retry-after", retry_after)
}

/// A redirect to the very page, through the front.
fn to_itself(stand: &Stand<'_>, status: u16) -> Answer {
    Answer::status(status).header("location", &format!("{}{}", stand.url(), stand.system.page))
}

/// A redirect to another system, which must hear nothing.
fn elsewhere(stand: &Stand<'_>, status: u16) -> Answer {
    let location = format!("{}/p/login/{MARKER}?session={MARKER}", stand.spare.simulation.url());
    Answer::status(status).header("location", &location)
}

/// The date that HTTP would write.
fn in_1000_seconds() -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(1000);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// An envelope that says all is well, and nothing else.
fn success_alone(stand: &Stand<'_>) -> Answer {
    let body = match stand.system.name {
        "fmg" => json!({"result": [{"status": {"code": 0, "message": ""}}]}),
        "ems" => json!({"result": {"retval": 1, "message": null}}),
        _ => json!({"result": "login"}),
    };
    Answer::json(200, &body)
}

pub(super) fn rows() -> Vec<Row> {
    let mut pages = Vec::new();
    let mut sign_ins = Vec::new();
    for (name, answer, page, sign_in) in answers() {
        let on = |on, section, expect| Row { section, name, fault: Fault::Answer(on, answer), expect };
        pages.push(on(On::Pages, Section::Pages, page));
        sign_ins.push(on(On::SignIn, Section::SignIn, sign_in));
    }
    pages.into_iter().chain(sign_ins).collect()
}

/// Name, answer, what comes of it on a page, what comes of it at a sign-in.
fn answers() -> Vec<(&'static str, Make, Expect, Expect)> {
    let not_json = || (looks_dead(NotJson), refused(NotJson));
    let settled = |expect: Expect| expect.next(Next::Interval);
    let credentials = || settled(refused(Auth));
    let redirect = || (looks_dead(HttpStatus), credentials());
    let status = || (fails(HttpStatus), uncertain(HttpStatus));
    // A system that asks to be left alone is not asked for the next page either.
    let page_limit = || fails(RateLimited).requests([1; 3], [1; 3]);
    let limit = || (page_limit(), uncertain(RateLimited));
    let limit_of = |seconds| (page_limit().asked(seconds), patient(uncertain(RateLimited), seconds));
    let rows: Vec<(&'static str, Make, (Expect, Expect))> = vec![
        ("200 with an HTML login page", |_| html(200), not_json()),
        ("204", |_| Answer::status(204), not_json()),
        ("301 to itself", |stand| to_itself(stand, 301), redirect()),
        ("302 to itself", |stand| to_itself(stand, 302), redirect()),
        ("303 to itself", |stand| to_itself(stand, 303), redirect()),
        ("307 to itself", |stand| to_itself(stand, 307), redirect()),
        ("308 to itself", |stand| to_itself(stand, 308), redirect()),
        ("301 elsewhere", |stand| elsewhere(stand, 301), redirect()),
        ("302 elsewhere", |stand| elsewhere(stand, 302), redirect()),
        ("303 elsewhere", |stand| elsewhere(stand, 303), redirect()),
        ("307 elsewhere", |stand| elsewhere(stand, 307), redirect()),
        ("308 elsewhere", |stand| elsewhere(stand, 308), redirect()),
        ("400", |_| html(400), (fails(HttpStatus), credentials())),
        ("401", |_| html(401), (settled(looks_dead(Auth)), credentials())),
        ("403", |_| html(403), (settled(looks_dead(Forbidden)), credentials())),
        // EMS is asked for the index of 6.2 as well.
        ("404", |_| html(404), (fails(HttpStatus).requests([1, 3, 3], [1, 3, 3]), uncertain(HttpStatus))),
        ("409", |_| html(409), (fails(HttpStatus), credentials())),
        ("429", |_| Answer::text(429, MARKER), limit()),
        ("429 with `Retry-After: soon`", |_| limited("soon"), limit()),
        ("429 with `Retry-After: 120`", |_| limited("120"), limit_of(120)),
        ("429 with a date 1000 s ahead", |_| limited(&in_1000_seconds()), limit_of(1000)),
        ("429 with a pause of a year", |_| limited("31536000"), limit_of(3600)),
        ("500 with HTML", |_| html(500), status()),
        ("502 with HTML", |_| html(502), status()),
        ("503 with HTML", |_| html(503), status()),
        (
            "503 with `Retry-After: 120`",
            |_| html(503).header("retry-after", "120"),
            (fails(HttpStatus).asked(120), patient(uncertain(HttpStatus), 120)),
        ),
        (
            "an envelope of success without data, cookies or session",
            success_alone,
            (looks_dead(UnexpectedPayload), credentials()),
        ),
    ];
    rows.into_iter().map(|(name, answer, (page, sign_in))| (name, answer, page, sign_in)).collect()
}

/// The polls are so far apart that each of them may sign in.
fn patient(expect: Expect, seconds: u64) -> Expect {
    let expect = expect.asked(seconds).requests([4, 3, 3], [1; 3]).sign_ins([1; 3], [1; 3]);
    expect.recovery(Recovery::Pause(std::time::Duration::from_secs(240)))
}
