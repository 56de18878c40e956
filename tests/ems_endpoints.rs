//! The endpoint index: rows of every release, paging that lies, and counts
//! that are right or absent.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, Ems, Fleet};
use fortinet_exporter::upstream::{Error, Reason};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::{collect, lines, target};

const INDEX: &str = "/api/v1/endpoints/index";

struct Bench {
    ems: Ems,
    target: Target,
}

impl Bench {
    async fn new() -> Self {
        Self::with("").await
    }

    async fn with(settings: &str) -> Self {
        let certificate = Certificate::generate().unwrap();
        let ems = Ems::start(&certificate).await.unwrap();
        let config = format!(
            "forticlient_ems:\n  - name: ems\n    url: {}\n    username: exporter\n    password: demo-password\n    tls: {{ pin_sha256: {} }}\n{settings}",
            ems.url(),
            certificate.sha256()
        );
        Self { ems, target: target(&config) }
    }

    async fn poll(&self) -> Result<(Vec<String>, Vec<(&'static str, u64)>), Error> {
        collect(&self.target, "endpoints").await.map(lines)
    }

    async fn poll_rows(&self, rows: Vec<Value>) -> (Vec<String>, Vec<(&'static str, u64)>) {
        self.ems.set_fleet(Fleet::from_rows(rows));
        self.poll().await.unwrap()
    }

    /// One poll of an index that answers this, whatever page is asked for.
    async fn poll_page(&self, page: Value) -> Result<(Vec<String>, Vec<(&'static str, u64)>), Error> {
        self.ems.clear_overrides();
        self.ems.override_path(INDEX, Answer::json(200, &page));
        self.poll().await
    }

    /// Where the pages asked for begin; those asked for at the same time come in any order.
    fn offsets(&self) -> Vec<usize> {
        let offset = |path: &String| path.split(['=', '&']).nth(1).unwrap().parse().unwrap();
        let mut offsets: Vec<usize> = self.pages().iter().map(offset).collect();
        offsets.sort_unstable();
        offsets
    }

    fn pages(&self) -> Vec<String> {
        self.ems
            .requests()
            .into_iter()
            .map(|request| request.path)
            .filter(|path| path.starts_with(INDEX))
            .collect()
    }
}

fn value(lines: &[String], series: &str) -> Option<f64> {
    let line = lines.iter().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

fn endpoints(lines: &[String], what: &str) -> Option<f64> {
    value(lines, &format!("forticlient_ems_endpoints{what}"))
}

/// The first page of an EMS 7.2 or 7.4: one online, one quarantined and
/// offline, one known from Active Directory only.
fn rows_of_7_4() -> Vec<Value> {
    serde_json::from_str(include_str!("fixtures/ems-7.4-endpoints.json")).unwrap()
}

/// A row of EMS 7.0: one flat user, no word on policy sync or signatures.
fn row_of_7_0() -> Vec<Value> {
    serde_json::from_str(include_str!("fixtures/ems-7.0-endpoints.json")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_ems_7_4_are_counted() {
    let bench = Bench::with("    endpoints_by: [policy, group]\n").await;
    let (lines, unreadable) = bench.poll_rows(rows_of_7_4()).await;
    assert_eq!(unreadable, []);
    for (what, count) in [
        ("", 3.0),
        ("_managed", 2.0),
        ("_registered", 2.0),
        ("_online", 1.0),
        ("_on_fabric", 1.0),
        ("_quarantined", 1.0),
        ("_excluded", 0.0),
        ("_migrating", 0.0),
        // The one without the policy is offline.
        ("_out_of_sync", 0.0),
        ("_client_outdated", 1.0),
        ("_av_signature_outdated", 1.0),
        ("_vulnerable", 1.0),
        ("_by_os{os=\"windows\"}", 2.0),
        ("_by_os{os=\"macos\"}", 1.0),
        ("_by_os{os=\"linux\"}", 0.0),
        ("_by_client_version{version=\"7.4.2.1737\"}", 1.0),
        ("_by_client_version{version=\"7.2.9.1185\"}", 1.0),
        ("_by_last_seen{age=\"over_30d\"}", 2.0),
        ("_by_last_seen{age=\"never\"}", 1.0),
        ("_by_policy{policy=\"Corp-Default\"}", 2.0),
        ("_by_group{group=\"corp.test/Computers\"}", 1.0),
        ("_feature_enabled{feature=\"antivirus\"}", 1.0),
        ("_feature_enabled{feature=\"antiexploit\"}", 0.0),
    ] {
        assert_eq!(endpoints(&lines, what), Some(count), "{what}");
    }
    assert_eq!(value(&lines, "forticlient_ems_security_events{kind=\"web_filter\"}"), Some(14.0));
    assert_eq!(value(&lines, "forticlient_ems_security_events{kind=\"antivirus\"}"), Some(1.0));
    // No row has these: unknown, not 0.
    assert_eq!(endpoints(&lines, "_feature_enabled{feature=\"edr\"}"), None);
    assert_eq!(value(&lines, "forticlient_ems_security_events{kind=\"pua\"}"), None);
    for personal in ["ACC-LT", "10.20", "j.example", "0F3C9A5B", "redacted"] {
        assert!(!lines.iter().any(|line| line.contains(personal)), "{personal}");
    }
    assert_eq!(bench.ems.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ems_7_0_does_not_know_is_absent() {
    let bench = Bench::new().await;
    let (lines, unreadable) = bench.poll_rows(row_of_7_0()).await;
    assert_eq!(unreadable, []);
    assert_eq!(endpoints(&lines, ""), Some(1.0));
    assert_eq!(endpoints(&lines, "_quarantined"), Some(0.0));
    assert_eq!(endpoints(&lines, "_by_os{os=\"windows_server\"}"), Some(1.0));
    assert_eq!(endpoints(&lines, "_vulnerable"), Some(1.0));
    for unknown in ["_out_of_sync", "_client_outdated", "_av_signature_outdated"] {
        assert_eq!(endpoints(&lines, unknown), None, "{unknown}");
    }
    assert!(
        !lines.iter().any(|line| line.contains("by_policy") || line.contains("by_group")),
        "off by default"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn breakdowns_by_a_field_that_no_row_has_are_absent() {
    let bench = Bench::new().await;
    let (lines, _) = bench.poll_rows(vec![json!({"device_id": 1}), json!({"device_id": 2})]).await;
    assert_eq!(lines, ["forticlient_ems_endpoints 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_fleet_is_zero_endpoints() {
    let bench = Bench::new().await;
    let (lines, _) = bench.poll_rows(vec![]).await;
    assert_eq!(endpoints(&lines, ""), Some(0.0));
    assert_eq!(endpoints(&lines, "_online"), Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_of_two_thousand_is_counted_to_the_last_one() {
    let bench = Bench::new().await;
    let fleet = Fleet::demo(2_000, Timestamp::now());
    let rows: Vec<Value> = fleet.rows().collect();
    bench.ems.set_fleet(fleet);
    let (lines, unreadable) = bench.poll().await.unwrap();
    assert_eq!(unreadable, []);
    let yes = |field: &str| {
        let truth = |row: &&Value| row[field] == json!(true) || row[field] == json!(1);
        rows.iter().filter(truth).count() as f64
    };
    assert_eq!(endpoints(&lines, ""), Some(2_000.0));
    for (what, field) in [
        ("_managed", "is_managed"),
        ("_registered", "is_ems_registered"),
        ("_online", "is_ems_online"),
        ("_quarantined", "is_quarantined"),
        ("_feature_enabled{feature=\"antivirus\"}", "av_enabled"),
    ] {
        assert_eq!(endpoints(&lines, what), Some(yes(field)), "{what}");
    }
    let sum = |prefix: &str| -> f64 {
        let of_family = lines.iter().filter(|line| line.starts_with(prefix));
        of_family.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    };
    assert_eq!(sum("forticlient_ems_endpoints_by_os{"), 2_000.0);
    assert_eq!(sum("forticlient_ems_endpoints_by_last_seen{"), 2_000.0);
    let with_client = rows.iter().filter(|row| row["fct_version"].is_string()).count() as f64;
    assert_eq!(sum("forticlient_ems_endpoints_by_client_version{"), with_client);
    assert_eq!(bench.pages().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_caps_the_page_is_still_read_whole() {
    let bench = Bench::new().await;
    bench.ems.set_page_cap(100);
    bench.ems.set_fleet(Fleet::demo(250, Timestamp::now()));
    let (lines, _) = bench.poll().await.unwrap();
    assert_eq!(endpoints(&lines, ""), Some(250.0));
    assert_eq!(bench.offsets(), [0, 100, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_twice_counts_once() {
    let bench = Bench::new().await;
    let mut rows = rows_of_7_4();
    rows.push(rows[0].clone());
    let page = envelope(&json!({"endpoints": rows, "total": 3}));
    let (lines, _) = bench.poll_page(page).await.unwrap();
    assert_eq!(endpoints(&lines, ""), Some(3.0));
    assert_eq!(endpoints(&lines, "_online"), Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_fleet_is_never_shown() {
    let bench = Bench::new().await;
    // The same page whatever the offset: the index never gets on.
    let rows: Vec<Value> = Fleet::demo(100, Timestamp::now()).rows().collect();
    let error = bench.poll_page(envelope(&json!({"endpoints": rows, "total": 1_000}))).await.unwrap_err();
    assert_eq!(error.reason(), Reason::UnexpectedPayload);
    assert!(error.to_string().contains("1000 rows") && error.to_string().contains("100 came"), "{error}");
    // An end that comes too early.
    let error = bench.poll_page(envelope(&json!({"endpoints": [], "total": 1_000}))).await.unwrap_err();
    assert_eq!(error.reason(), Reason::UnexpectedPayload);
    // A small fleet is not published short, let alone as 0.
    for (rows, total) in [(0, 5), (5, 10), (98, 100), (198, 201)] {
        let rows: Vec<Value> = Fleet::demo(rows, Timestamp::now()).rows().collect();
        let page = envelope(&json!({"endpoints": rows, "total": total}));
        let error = bench.poll_page(page).await.map(|(lines, _)| lines).unwrap_err();
        assert_eq!(error.reason(), Reason::UnexpectedPayload, "{total}");
    }
    // One in a hundred is drift: somebody left while the pages were turned.
    let rows: Vec<Value> = Fleet::demo(199, Timestamp::now()).rows().collect();
    let (lines, _) = bench.poll_page(envelope(&json!({"endpoints": rows, "total": 200}))).await.unwrap();
    assert_eq!(endpoints(&lines, ""), Some(199.0));
    // A total that changes its mind, or is none.
    bench.ems.clear_overrides();
    let first: Vec<Value> = Fleet::demo(500, Timestamp::now()).rows().collect();
    bench.ems.override_path(INDEX, Answer::json(200, &envelope(&json!({"endpoints": [], "total": 500}))));
    let page = Answer::json(200, &envelope(&json!({"endpoints": first, "total": 2_000})));
    bench.ems.override_path(&format!("{INDEX}?offset=0"), page);
    assert_eq!(bench.poll().await.unwrap_err().reason(), Reason::UnexpectedPayload);
    for total in [json!(-1), json!("abc"), json!(1e300), json!([5])] {
        let page = envelope(&json!({"endpoints": first, "total": total}));
        assert_eq!(bench.poll_page(page).await.unwrap_err().reason(), Reason::UnexpectedPayload, "{total}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_dies_between_pages_starts_the_walk_again() {
    let bench = Bench::new().await;
    bench.ems.set_page_cap(100);
    bench.ems.set_fleet(Fleet::demo(300, Timestamp::now()));
    let expired = json!({"result": {"retval": -4, "message": "Session has expired or does not exist."}});
    bench.poll().await.unwrap();
    for status in [401, 200] {
        let at_last_page = format!("{INDEX}?offset=200");
        bench.ems.override_path_times(&at_last_page, Answer::json(status, &expired), 1);
        let (logins, pages) = (bench.ems.logins(), bench.pages().len());
        let (lines, _) = bench.poll().await.unwrap();
        assert_eq!(endpoints(&lines, ""), Some(300.0));
        assert_eq!(bench.ems.logins() - logins, 1, "one sign-in per death");
        assert_eq!(bench.pages().len() - pages, 6, "from the first page again");
    }
    assert_eq!(bench.ems.most_sessions_open(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_no_index_fail_with_their_reason() {
    let bench = Bench::new().await;
    for (page, reason) in [
        (json!({"result": {"retval": -5, "message": "Permission denied"}}), Reason::Forbidden),
        (json!({"result": {"retval": -2, "message": "Internal error"}}), Reason::UnexpectedPayload),
        (json!({"result": {"retval": 1, "message": null}}), Reason::UnexpectedPayload),
        (json!({"result": {"retval": 1, "message": null}, "data": null}), Reason::UnexpectedPayload),
        (json!({"result": {"retval": 1}, "data": {"total": 5}}), Reason::UnexpectedPayload),
        (
            json!({"result": {"retval": 1}, "data": {"endpoints": {"a": 1}, "total": 5}}),
            Reason::UnexpectedPayload,
        ),
        (json!({"result": "error"}), Reason::UnexpectedPayload),
        (json!([1, 2, 3]), Reason::UnexpectedPayload),
        (json!("hello"), Reason::UnexpectedPayload),
        (json!(null), Reason::UnexpectedPayload),
    ] {
        let error = bench.poll_page(page.clone()).await.unwrap_err();
        assert_eq!(error.reason(), reason, "{page}: {error}");
    }
    assert!(bench.ems.logins() <= 2, "{} sign-ins for answers a sign-in cannot mend", bench.ems.logins());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_counted_and_the_rest_served() {
    let bench = Bench::new().await;
    let mut rows = rows_of_7_4();
    rows.push(json!("not a row"));
    rows.push(json!(null));
    rows.push(json!([1]));
    rows.push(json!({"device_id": 99, "is_managed": "perhaps", "is_ems_online": 7, "last_seen": "soon",
                     "os_version": ["x"], "av_events_count": -1, "av_enabled": {}}));
    let page = envelope(&json!({"endpoints": rows, "total": 7}));
    let (lines, unreadable) = bench.poll_page(page).await.unwrap();
    // A row that cannot be read is an endpoint all the same.
    assert_eq!(endpoints(&lines, ""), Some(7.0));
    assert_eq!(endpoints(&lines, "_managed"), Some(2.0));
    assert_eq!(
        unreadable,
        [
            ("av_enabled", 1),
            ("av_events_count", 1),
            ("endpoints", 3),
            ("is_ems_online", 1),
            ("is_managed", 1),
            ("last_seen", 1),
            ("os_version", 1),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_character_spoils_no_page() {
    let bench = Bench::new().await;
    let page = envelope(&json!({"endpoints": rows_of_7_4(), "total": 3})).to_string();
    for broken in [&b"\\udce9"[..], b"\xe9"] {
        let marker = page.find("Corp-Default").unwrap();
        let (before, after) = page.as_bytes().split_at(marker);
        let body = [before, broken, after].concat();
        bench.ems.clear_overrides();
        bench.ems.override_path(INDEX, Answer::text(200, "").body(body));
        let (lines, unreadable) = bench.poll().await.unwrap();
        assert_eq!((endpoints(&lines, ""), unreadable), (Some(3.0), vec![]));
    }
    assert_eq!(bench.ems.logins(), 1);
}

/// Whatever JSON stands in place of any one field of a row: the poll succeeds
/// and the counts of the other fields and rows are what they were.
#[test]
fn any_value_in_any_field_spoils_no_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::new());
    let whole = runtime.block_on(bench.poll_rows(rows_of_7_4())).0;
    let fields: Vec<String> = rows_of_7_4()[0].as_object().unwrap().keys().cloned().collect();
    let any = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!([{"a": [null]}])),
        Just(json!({"a": {"b": 1}})),
    ];
    let strategy = (0..fields.len(), any);
    let mut runner = TestRunner::new(ProptestConfig { cases: 384, ..ProptestConfig::default() });
    let result = runner.run(&strategy, |(index, distorted)| {
        let field = &fields[index];
        let mut rows = rows_of_7_4();
        // The id decides which rows are one; that is the other test's matter.
        prop_assume!(field != "device_id");
        rows[0][field.as_str()] = distorted.clone();
        let (lines, _) = runtime.block_on(bench.poll_rows(rows));
        let changed = whole
            .iter()
            .filter(|line| !lines.contains(line))
            .chain(lines.iter().filter(|line| !whole.contains(line)));
        for line in changed {
            prop_assert!(belongs(line, field), "{field} = {distorted} changed {line}");
        }
        Ok(())
    });
    result.unwrap();
}

fn belongs(line: &str, field: &str) -> bool {
    let parts: &[&str] = match field {
        "os_version" => &["_by_os{"],
        "fct_version" => &["_by_client_version{"],
        "last_seen" => &["_by_last_seen{"],
        "is_managed" => &["_managed"],
        "is_ems_registered" => &["_registered"],
        "is_ems_online" => &["_online", "_out_of_sync"],
        "is_ems_onnet" => &["_on_fabric"],
        "is_quarantined" => &["_quarantined"],
        "is_excluded" => &["_excluded"],
        "is_migrating" => &["_migrating"],
        "client_policy_synced" => &["_out_of_sync"],
        "client_version_up_to_date" => &["_client_outdated"],
        "client_av_sig_version_up_to_date" => &["_av_signature_outdated"],
        "vuln_events_count" => &["_security_events{kind=\"vulnerability\"}", "_vulnerable"],
        _ if field.ends_with("_events_count") => &["_security_events{"],
        _ if field.ends_with("_enabled") => &["_feature_enabled{"],
        _ => &[],
    };
    parts.iter().any(|part| line.contains(part))
}

fn envelope(data: &Value) -> Value {
    json!({"result": {"retval": 1, "message": null}, "data": data})
}
