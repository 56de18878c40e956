//! The table for operators: `docs/reliability-faults.md`. To write it anew:
//! `UPDATE_GOLDEN=1 cargo test --test suite faults::words`.

use std::fmt::Write as _;
use std::time::Duration;

use super::row::{Each, Expect, Next, Recovery, Row, Section};
use super::table;

const PAGE: &str = "docs/reliability-faults.md";

const HEAD: &str = "\
# What each fault does

Generated from the table that the tests play at a simulated FortiManager, EMS and FortiClient Cloud, with the
default settings (`interval: 5m`, `timeout: 30s`) and a session that is alive when the fault begins. A test fails
when this page is stale.

- **Reason** is the label of `fortinet_exporter_collector_failures_total` that counts the poll; `-` where polls succeed.
- **`_up`, numbers** is what `fortimanager_up` or `forticlient_ems_up` shows from the next poll on, and the data series
  beside it. *Last* numbers are those of the last good poll; they vanish after `stale_after` (three intervals, at least
  15 minutes).
- **Requests** and **sign-ins** are what the system sees: in the first poll that meets the fault, then in each further
  one. Three numbers are those of FortiManager, EMS and FortiClient Cloud. EMS and Cloud have two collectors. So
  `6 / 5 / 5, then 2` is at a FortiManager: the page, the sign-out, the sign-in, the page again, the second step that
  releases before 7.2 want, and the question whether the session lives; then the page and that question alone.
- **Next try**: *soon* is after a random part of 5 s, 10 s, 20 s and so on up to the interval, at least 1 s; *interval*
  is the usual time.
- **Good again** is what the first good poll waits for once the fault is over, if it is over soon: *next try*, or the end of a pause that
  began with the last sign-in. While the fault lasts such a pause doubles, from 15 minutes up to 6 hours, from a minute
  up to 15. A changed secret ends it at once.
- **In an hour** is for a fault that lasts: how many sign-ins an hour of it costs at most, and for how long nothing may
  be tried when it ends after that hour.
- An answer that is cut off in the middle counts as `connect`: the connection broke.
- In every row the process lives, other targets keep their schedule, `/metrics` answers at once, no credentials are sent
  anywhere else, and nothing needs a restart.
";

#[test]
fn the_page_for_operators_is_the_table_that_is_played() {
    let generated = page();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(PAGE, &generated).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(written == generated, "{PAGE} is stale: UPDATE_GOLDEN=1 cargo test --test suite faults::words");
}

fn page() -> String {
    let rows = table::rows();
    let mut page = HEAD.to_owned();
    for section in Section::ALL {
        let (title, what) = words(section);
        write!(page, "\n## {title}\n\n").unwrap();
        writeln!(
            page,
            "| {what} | reason | `_up`, numbers | requests | sign-ins | next try | good again | in an hour |"
        )
        .unwrap();
        page.push_str("|---|---|---|---|---|---|---|---|\n");
        let rows: Vec<&Row> = rows.iter().filter(|row| row.section == section).collect();
        // What has the same columns stands in one line.
        for alike in rows.chunk_by(|a, b| columns(&a.expect) == columns(&b.expect)) {
            let names: Vec<&str> = alike.iter().map(|row| row.name).collect();
            writeln!(page, "| {} | {} |", names.join("; "), columns(&alike[0].expect).join(" | ")).unwrap();
        }
    }
    page
}

fn words(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Way => ("No connection", "what happens"),
        Section::Transfer => ("No whole answer", "what happens, to every request"),
        Section::Pages => ("Wrong answers to a page", "a page is answered with"),
        Section::Json => ("Odd JSON", "every page is answered with"),
        Section::SignIn => {
            ("Wrong answers to a sign-in", "the session has ended, and a sign-in is answered with")
        }
        Section::Sessions => ("Sessions and accounts", "what happens"),
    }
}

fn columns(expect: &Expect) -> [String; 7] {
    let reasons = expect.reasons.map(|reason| reason.map_or("-".to_owned(), |reason| format!("`{reason}`")));
    let next = match expect.next {
        Next::Interval => "interval".to_owned(),
        Next::Soon => "soon".to_owned(),
        Next::Asked(pause) => format!("after {}", humantime::format_duration(pause)),
    };
    let recovery = match expect.recovery {
        Recovery::NextTry => "next try".to_owned(),
        Recovery::Pause(pause) => format!("after a pause of {}", humantime::format_duration(pause)),
    };
    let pause = match expect.pause_after_an_hour {
        Duration::ZERO => String::new(),
        pause => format!(", then up to {}", humantime::format_duration(pause)),
    };
    [
        of_each(&reasons),
        if expect.reasons == [None; 3] { "1, fresh" } else { "0, last" }.to_owned(),
        polls(expect.requests),
        polls(expect.sign_ins),
        next,
        recovery,
        format!("{}{pause}", of_each(&expect.hour)),
    ]
}

fn polls((first, then): (Each<usize>, Each<usize>)) -> String {
    let (first, then) = (of_each(&first), of_each(&then));
    if first == then { first } else { format!("{first}, then {then}") }
}

/// One word where all three systems agree.
fn of_each<T: PartialEq + std::fmt::Display>(each: &Each<T>) -> String {
    let [fortimanager, ems, cloud] = each;
    if fortimanager == ems && ems == cloud {
        fortimanager.to_string()
    } else {
        format!("{fortimanager} / {ems} / {cloud}")
    }
}
