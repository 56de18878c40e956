//! All rows at once, in real time: one process with a target for each row and
//! system, talking as much as it can, and healthy neighbours.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::row::{Fault, Next, Recovery, Row};
use super::stand::{Room, Stand};
use super::table;
use crate::support::{Binary, Exposition, Mischief, PATIENCE, Systems, until};

/// For how long all faults last.
const FAULTS_LAST: Duration = Duration::from_secs(6);
/// Short enough for the faults that hang, long enough for a busy machine.
const LINES: [&str; 2] = ["interval: 2s", "timeout: 4s"];

/// One row at one system, with its name as a target.
struct Case<'a> {
    row: &'a Row,
    index: usize,
    stand: &'a Stand<'a>,
    name: String,
}

impl Case<'_> {
    fn words(&self) -> String {
        format!("{:?}: {} ({})", self.row.section, self.row.name, self.name)
    }

    fn main_collector(&self) -> &'static str {
        if self.index == 0 { "license" } else { "endpoints" }
    }

    fn labels(&self) -> String {
        format!("collector=\"{}\",target=\"{}\"", self.main_collector(), self.name)
    }

    fn succeeds(&self, page: &Exposition) -> bool {
        page.get(&format!("fortinet_exporter_collector_success{{{}}}", self.labels())) == Some(1.0)
    }

    /// How often it has failed, and whether that was always for the stated reason.
    fn failures(&self, page: &Exposition) -> BTreeMap<String, f64> {
        let head =
            format!("fortinet_exporter_collector_failures_total{{collector=\"{}\",", self.main_collector());
        let tail = format!(",target=\"{}\"}}", self.name);
        let counts = page.series(&head).into_iter().filter_map(|line| {
            let (reason, count) = line[head.len()..].split_once(&tail)?;
            let reason = reason.trim_start_matches("reason=").trim_matches('"').to_owned();
            Some((reason, count.trim().parse::<f64>().unwrap()))
        });
        counts.filter(|(_, count)| *count > 0.0).collect()
    }

    /// What the log has said of it last.
    fn last_words(&self, log: &str) -> String {
        let name = format!("target={} ", self.name);
        log.lines().rfind(|line| line.contains(&name)).unwrap_or_default().to_owned()
    }

    /// Whether a session is left that could have been signed out of.
    fn leaves_a_session(&self) -> bool {
        // The system was out of reach, or, at FortiClient Cloud, the body with the session came in half.
        let had_failover = self.stand.spare.simulation.logins() > 0;
        let is_cut_short = matches!(self.row.fault, Fault::Front(Mischief::ShorterLength)) && self.index == 2;
        self.stand.system.simulation.open_sessions() > 0 && !had_failover && !is_cut_short
    }

    /// Whether the next try after the fault is both soon and good.
    fn recovers_soon(&self) -> bool {
        let is_asked = matches!(self.row.expect.next, Next::Asked(_));
        let can_be_lifted = !matches!(self.row.fault, Fault::UnknownName);
        self.row.expect.recovery == Recovery::NextTry && !is_asked && can_be_lifted
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_at_once_harm_nobody_else() {
    let rows = table::rows();
    let mut rooms = Vec::new();
    for row in &rows {
        rooms.push(Room::for_fault(&row.fault).await);
    }
    let mut stands = Vec::new();
    for room in &rooms {
        stands.push(room.stands().await);
    }
    let mut cases = Vec::new();
    for (number, (row, stands)) in rows.iter().zip(&stands).enumerate() {
        for (index, stand) in stands.iter().enumerate() {
            cases.push(Case { row, index, stand, name: format!("{}-{number}", stand.system.name) });
        }
    }
    let neighbours = Systems::start_plain().await;
    let config = neighbours.each().map(|neighbour| {
        let system = neighbour.section;
        let entries = cases.iter().filter(|case| case.stand.system.section == system);
        let entries = entries.map(|case| case.stand.entry(&case.name, &case.row.fault, &LINES));
        neighbour.config() + &entries.collect::<String>()
    });
    let binary = Binary::start(&config.concat(), &["--config.file=CONFIG", "--log.level=trace"]).await;
    let is_known = |case: &Case<'_>| !matches!(case.row.fault, Fault::UnknownName);
    until("a good poll of every target", async || {
        let page = binary.metrics().await;
        cases.iter().all(|case| case.succeeds(&page) || !is_known(case)).then_some(())
    })
    .await;

    for case in &cases {
        case.stand.begin(&case.row.fault).await;
    }
    let (mut shown, took) = watch(&binary, &neighbours).await;
    eprintln!(
        "/metrics of {} targets: median {:?}, longest {:?}",
        cases.len(),
        took[took.len() / 2],
        took[took.len() - 1]
    );
    assert!(took[took.len() - 1] < Duration::from_secs(3), "{took:?}");

    // A busy machine may take its time to get to the last of them.
    let patience = Instant::now() + PATIENCE;
    loop {
        let page = binary.metrics().await;
        let others = cases.iter().filter(|case| !is_as_stated(case, &page));
        let others: Vec<_> = others.map(|case| (case.words(), case.last_words(&binary.log()))).collect();
        shown.push(page.0);
        if others.is_empty() {
            break;
        }
        assert!(Instant::now() < patience, "not as stated: {others:#?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    shown.push(binary.get("/").await.text().await.unwrap());
    let command = std::fs::read_to_string(format!("/proc/{}/cmdline", binary.pid())).unwrap();
    shown.push(command);

    for case in &cases {
        case.stand.lift(&case.row.fault).await;
    }
    until("all that recover soon", async || {
        let page = binary.metrics().await;
        let is_well = |case: &Case<'_>| case.succeeds(&page) || !case.recovers_soon();
        cases.iter().all(is_well).then_some(())
    })
    .await;
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    shown.push(finished.stderr);
    check_secrets(&cases, &neighbours, &shown);
    let left: Vec<String> = cases.iter().filter(|case| case.leaves_a_session()).map(Case::words).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// Whether it has failed for its reason and no other, or not at all.
fn is_as_stated(case: &Case<'_>, page: &Exposition) -> bool {
    let failures = case.failures(page);
    match case.row.expect.reasons[case.index] {
        Some(reason) => failures.contains_key(reason.as_str()),
        None => case.succeeds(page),
    }
}

/// Scrapes while the faults last; what was shown and how long each scrape
/// took, sorted. The neighbours keep their rhythm meanwhile.
async fn watch(binary: &Binary, neighbours: &Systems) -> (Vec<String>, Vec<Duration>) {
    let polls = |page: &Exposition| {
        neighbours.each().map(|system| {
            let labels = format!("collector=\"license\",target=\"{}\"", system.name);
            page.get(&format!("fortinet_exporter_collector_polls_total{{{labels}}}")).unwrap()
        })
    };
    let started = Instant::now();
    let before = polls(&binary.metrics().await);
    let mut took = Vec::new();
    let mut shown = Vec::new();
    while started.elapsed() < FAULTS_LAST {
        let asked = Instant::now();
        let page = binary.metrics().await;
        took.push(asked.elapsed());
        for system in neighbours.each() {
            let success = format!(
                "fortinet_exporter_collector_success{{collector=\"license\",target=\"{}\"}}",
                system.name
            );
            assert_eq!(page.get(&success), Some(1.0), "{}", system.name);
        }
        shown.push(page.0);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let after = polls(&binary.metrics().await);
    for (before, after) in before.into_iter().zip(after) {
        let expected = started.elapsed().as_secs_f64() / 2.0;
        assert!(after - before >= expected, "{} polls instead of {expected} or more", after - before);
    }
    took.sort();
    (shown, took)
}

fn check_secrets(cases: &[Case<'_>], neighbours: &Systems, shown: &[String]) {
    let of_neighbours = neighbours.each().map(|system| system.simulation.issued_tokens()).concat();
    let secrets = cases.iter().flat_map(|case| case.stand.secrets()).chain(of_neighbours);
    let secrets: BTreeSet<String> = secrets.collect();
    assert!(secrets.len() > cases.len(), "few tokens were given out: {}", secrets.len());
    // A page is much like the one before it.
    let lines: BTreeSet<&str> = shown.iter().flat_map(|text| text.lines()).collect();
    let lines = Vec::from_iter(lines).join("\n");
    for secret in secrets {
        let place = lines.find(&secret).map(|at| lines[at..].lines().next());
        assert_eq!(place, None, "{secret} is shown");
    }
}
