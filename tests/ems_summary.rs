//! `endpoints: summary`: what EMS counts itself, in every shape, and what it
//! does not tell.

use std::collections::BTreeSet;

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, Cloud, Ems, Fleet};
use fortinet_exporter::upstream::{Error, Reason};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{collect, lines, target};

const INDEX: &str = "/api/v1/endpoints/index?offset=0&count=1";
const DONUTS: [&str; 2] = ["/api/v1/endpoints/management/donut", "/api/v1/endpoints/connection/donut"];

struct Bench {
    ems: Ems,
    target: Target,
}

impl Bench {
    /// With so many endpoints, of which every count is another share.
    async fn new() -> Self {
        let certificate = Certificate::generate().unwrap();
        let ems = Ems::start(&certificate).await.unwrap();
        ems.set_fleet(Fleet::demo(400, Timestamp::now()));
        let config = format!(
            "forticlient_ems:\n  - name: ems\n    url: {}\n    username: exporter\n    password: demo-password\n    tls: {{ pin_sha256: {} }}\n    endpoints: summary\n",
            ems.url(),
            certificate.sha256()
        );
        Self { ems, target: target(&config) }
    }

    async fn poll(&self) -> Result<Vec<String>, Error> {
        let (lines, unreadable) = collect(&self.target, "endpoints").await.map(lines)?;
        assert_eq!(unreadable, []);
        Ok(lines)
    }

    fn answer(&self, path: &str, status: u16, data: &Value) {
        let page = json!({"result": {"retval": if status == 200 { 1 } else { -1 }}, "data": data});
        self.ems.override_path(path, Answer::json(status, &page));
    }
}

fn names(lines: &[String]) -> BTreeSet<&str> {
    lines.iter().map(|line| line.split(' ').next().unwrap()).collect()
}

/// What each line should be, counted in the rows.
fn expected(fleet: &Fleet) -> Vec<String> {
    let rows: Vec<Value> = fleet.rows().collect();
    let is = |row: &Value, field: &str, truth: bool| {
        row.get(field).is_some_and(|value| *value == json!(truth) || *value == json!(u8::from(truth)))
    };
    let count = |holds: &dyn Fn(&Value) -> bool| rows.iter().filter(|row| holds(row)).count();
    let counts = [
        ("", rows.len()),
        ("_av_signature_outdated", count(&|row| is(row, "client_av_sig_version_up_to_date", false))),
        ("_client_outdated", count(&|row| is(row, "client_version_up_to_date", false))),
        ("_managed", count(&|row| is(row, "is_managed", true))),
        ("_on_fabric", count(&|row| is(row, "is_ems_onnet", true))),
        ("_online", count(&|row| is(row, "is_ems_online", true))),
        (
            "_out_of_sync",
            count(&|row| is(row, "is_ems_online", true) && is(row, "client_policy_synced", false)),
        ),
        ("_quarantined", count(&|row| is(row, "is_quarantined", true))),
        ("_vulnerable", count(&|row| row["vuln_events_count"].as_f64() > Some(0.0))),
    ];
    assert_eq!(
        counts.iter().map(|(_, count)| count).collect::<BTreeSet<_>>().len(),
        counts.len(),
        "{counts:?}"
    );
    counts.iter().map(|(name, count)| format!("forticlient_ems_endpoints{name} {count}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ems_counts_itself_and_no_row_is_read() {
    let bench = Bench::new().await;
    let fleet = Fleet::demo(400, Timestamp::now());
    let mut lines = bench.poll().await.unwrap();
    lines.sort();
    assert_eq!(lines, expected(&fleet));
    let requests = bench.ems.requests();
    let pages = requests.iter().filter(|request| request.path.starts_with("/api/v1/endpoints/")).count();
    assert!(pages <= 12, "{requests:?}");
    assert!(
        requests.iter().all(|request| !request.path.contains("/index") || request.path.contains("count=1"))
    );
    assert_eq!((bench.ems.logins(), bench.ems.violations()), (1, vec![]));
    // The documentation names these and no others.
    let page = std::fs::read_to_string("docs/metrics.md").unwrap();
    let told = page.split("- A target with `endpoints: summary` has").nth(1).unwrap();
    let told = told.split("each where this EMS can tell").next().unwrap();
    let told: BTreeSet<String> = told
        .split('`')
        .skip(3)
        .step_by(2)
        .map(|name| name.replace('…', "forticlient_ems_endpoints"))
        .collect();
    assert_eq!(told, names(&lines).into_iter().map(str::to_owned).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_through_the_cloud() {
    let certificate = Certificate::generate().unwrap();
    let cloud = Cloud::start(&certificate).await.unwrap();
    cloud.set_fleet(Fleet::demo(400, Timestamp::now()));
    let target = target(&format!(
        "forticlient_cloud:\n  - name: cloud\n    url: {}\n    account_email: it@example.com\n    access_key: demo-access-key\n    tls: {{ pin_sha256: {} }}\n    endpoints: summary\n",
        cloud.url(),
        certificate.sha256()
    ));
    let (lines, _) = collect(&target, "endpoints").await.map(lines).unwrap();
    assert_eq!(lines.len(), 9);
    assert_eq!(cloud.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_donuts_the_filters_tell() {
    let bench = Bench::new().await;
    let whole = bench.poll().await.unwrap();
    for donut in DONUTS {
        bench.answer(donut, 404, &json!(null));
    }
    assert_eq!(bench.poll().await.unwrap(), whole);
    // Neither does a donut of something else, or an empty one.
    for data in [json!([]), json!({"7.4.2": 5}), json!("none")] {
        bench.ems.clear_overrides();
        for donut in DONUTS {
            bench.answer(donut, 200, &data);
        }
        assert_eq!(bench.poll().await.unwrap(), whole, "{data}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ems_does_not_answer_is_absent_and_the_rest_is_served() {
    let bench = Bench::new().await;
    let whole = bench.poll().await.unwrap();
    let activity = format!("{INDEX}&activity");
    for (status, retval) in [(400, -6), (403, -5), (404, -1), (500, -2)] {
        bench.ems.clear_overrides();
        bench.ems.override_path(&activity, Answer::json(status, &json!({"result": {"retval": retval}})));
        let lines = bench.poll().await.unwrap();
        let missing: Vec<_> = names(&whole).difference(&names(&lines)).copied().collect();
        assert_eq!(missing, ["forticlient_ems_endpoints_on_fabric"], "{status}");
    }
    assert_eq!(bench.ems.logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_ignored_counts_nothing() {
    let bench = Bench::new().await;
    for parameter in ["activity", "status", "event_type"] {
        bench.answer(&format!("{INDEX}&{parameter}"), 200, &json!({"total": 400, "endpoints": []}));
    }
    let (lines, unreadable) = collect(&bench.target, "endpoints").await.map(lines).unwrap();
    let expected = [
        "forticlient_ems_endpoints",
        "forticlient_ems_endpoints_managed",
        "forticlient_ems_endpoints_online",
    ];
    assert_eq!(names(&lines), expected.into());
    assert_eq!(unreadable, [("activity", 1), ("event_type", 1), ("status", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_total_the_poll_fails_with_its_reason() {
    let bench = Bench::new().await;
    bench.poll().await.unwrap();
    for (data, status, reason) in [
        (json!({"endpoints": []}), 200, Reason::UnexpectedPayload),
        (json!({"total": "many"}), 200, Reason::UnexpectedPayload),
        (json!(null), 500, Reason::UnexpectedPayload),
    ] {
        bench.ems.clear_overrides();
        bench.answer(INDEX, status, &data);
        assert_eq!(bench.poll().await.unwrap_err().reason(), reason, "{data}");
    }
    // A bare number says as much.
    bench.ems.clear_overrides();
    bench.answer(INDEX, 200, &json!(7));
    let (lines, _) = collect(&bench.target, "endpoints").await.map(lines).unwrap();
    assert!(lines.contains(&"forticlient_ems_endpoints 7".to_owned()), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_dies_in_the_middle_costs_one_sign_in() {
    let bench = Bench::new().await;
    let whole = bench.poll().await.unwrap();
    let expired = json!({"result": {"retval": -4, "message": "Session has expired or does not exist."}});
    bench.ems.override_path_times(&format!("{INDEX}&status"), Answer::json(401, &expired), 1);
    assert_eq!(bench.poll().await.unwrap(), whole);
    assert_eq!((bench.ems.logins(), bench.ems.most_sessions_open()), (2, 1));
}
