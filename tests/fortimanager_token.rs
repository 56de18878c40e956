//! What an API token brings: the contracts alone, or in place of the licence
//! page while a release does without it.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, FortiManager};
use fortinet_exporter::upstream::{Error, Reason};
use serde_json::{Value, json};

use crate::support::{Binary, Polled, collect, pause, poll, samples, target, until};

const RPC: &str = "/jsonrpc";
const PAGE: &str = "/cgi-bin/module/flatui/SysDashboard";
const CONTRACTS: &str = "/um/license/self";
const TOKEN: &str = "api_token: demo-api-token";
const LOGIN: &str = "username: exporter, password: demo-password";

/// The public capture, its names replaced.
const CAPTURE: &str = include_str!("fixtures/fortimanager-license-self.json");

struct Bench {
    fortimanager: FortiManager,
    tls: String,
}

impl Bench {
    async fn start() -> Self {
        let certificate = Certificate::generate().unwrap();
        let fortimanager = FortiManager::start(&certificate).await.unwrap();
        Self { fortimanager, tls: format!("tls: {{ pin_sha256: {} }}", certificate.sha256()) }
    }

    /// A configuration with these ways in.
    fn config(&self, ways_in: &[&str]) -> String {
        let (url, ways_in) = (self.fortimanager.url(), ways_in.join(", "));
        format!("fortimanagers: [{{ name: fmg, url: '{url}', {}, {ways_in} }}]", self.tls)
    }

    fn target(&self, ways_in: &[&str]) -> Target {
        target(&self.config(ways_in))
    }

    /// How many requests by JSON-RPC, and by other ways.
    fn requests(&self) -> (usize, usize) {
        let requests = self.fortimanager.requests();
        let by_rpc = requests.iter().filter(|request| request.path == RPC).count();
        (by_rpc, requests.len() - by_rpc)
    }

    fn check(&self) {
        assert_eq!(self.fortimanager.violations(), Vec::<String>::new());
    }
}

/// End and activity of each contract.
fn of_contracts(samples: &[String]) -> Vec<&String> {
    let is_wanted = |line: &&String| line.contains("license_expiry") || line.contains("license_active");
    samples.iter().filter(is_wanted).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_gives_exactly_these_numbers() {
    let bench = Bench::start().await;
    bench.fortimanager.set_data(CONTRACTS, serde_json::from_str(CAPTURE).unwrap());
    let target = bench.target(&[TOKEN, "account_info: true"]);
    let found = samples(&target, "contracts").await;
    let expected = |code: &str, name: &str, level: &str, expiry: u32| {
        [
            format!("fortimanager_license_expiry_timestamp_seconds{{license={code:?}}} {expiry}"),
            format!(
                "fortimanager_license_info{{license={code:?},name={name:?},level={level:?},status=\"\"}} 1"
            ),
        ]
    };
    for line in [
        expected("ADOM", "ADOM Subscription", "Web/Online Support", 1_779_667_200),
        expected("AVEN", "AntiVirus Engine", "Trial", 1_664_582_400),
        expected("SPRT", "FortiCare Support", "24x7 Support", 1_779_667_200),
    ]
    .concat()
    {
        assert!(found.contains(&line), "{line} in {found:#?}");
    }
    for line in [
        "fortimanager_license_active{license=\"AVEN\"} 0",
        "fortimanager_license_source_info{source=\"json_rpc\"} 1",
        "fortimanager_account_info{account_id=\"it@example.com\",company=\"Example\"} 1",
    ] {
        assert!(found.iter().any(|found| found == line), "{line} in {found:#?}");
    }
    assert_eq!(found.len(), 3 * 10 + 2, "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn either_way_in_shows_the_same_contracts() {
    let bench = Bench::start().await;
    let (by_page, by_token) = (bench.target(&[LOGIN]), bench.target(&[TOKEN]));
    let (by_page, by_token) = (samples(&by_page, "license").await, samples(&by_token, "contracts").await);
    assert_eq!(of_contracts(&by_page).len(), 20);
    assert_eq!(of_contracts(&by_page), of_contracts(&by_token));
    // The page has no level of what has expired, and JSON-RPC no status of anything.
    let info = "fortimanager_license_info{license=\"FRVS\",name=\"Vulnerability Management\",level=\"Web/Online Support\"";
    for found in [&by_page, &by_token] {
        assert!(found.iter().any(|line| line.starts_with(info)), "{found:#?}");
    }
    assert!(by_page.contains(&"fortimanager_license_source_info{source=\"gui\"} 1".to_owned()));
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_about_once_and_then_each_poll_is_a_request() {
    let bench = Bench::start().await;
    let mut polled = Polled::new(&bench.config(&[TOKEN]));
    for _ in 0..5 {
        polled.poll().await;
    }
    assert_eq!(bench.requests(), (1 + 5, 0));
    let page = polled.metrics().await;
    assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0), "{}", page.0);
    assert_eq!(page.get("fortinet_exporter_logins_total{target=\"fmg\"}"), Some(1.0));
    polled.sign_out().await;
    assert_eq!(bench.requests(), (6, 0));
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_left_alone_until_it_changes() {
    let bench = Bench::start().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "old-token-4711\n").unwrap();
    let target = bench.target(&[&format!("api_token_file: {}", file.path().display())]);
    let refused = collect(&target, "contracts").await.unwrap_err();
    assert_eq!(refused.reason(), Reason::Auth);
    assert!(refused.to_string().contains("No permission for the resource (code -11)"), "{refused}");
    assert!(refused.hint().contains("API token"), "{}", refused.hint());
    assert!(pause(&refused).as_secs() > 14 * 60, "{:?}", pause(&refused));
    // Both addresses that tell of a token were tried, and from then on nothing.
    for _ in 0..3 {
        assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), Reason::Auth);
    }
    assert_eq!(bench.requests(), (2, 0));
    std::fs::write(file.path(), "demo-api-token\n").unwrap();
    poll(&target).await;
    // Generated anew at the system, then in the file.
    bench.fortimanager.set_api_token("new-token-4712");
    assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), Reason::Auth);
    std::fs::write(file.path(), "new-token-4712\n").unwrap();
    poll(&target).await;
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_sent_is_not_sent() {
    let bench = Bench::start().await;
    let target = bench.target(&["api_token: 'two words'"]);
    let error = collect(&target, "contracts").await.unwrap_err();
    assert_eq!((error.reason(), error.was_sent()), (Reason::Auth, false));
    assert!(!error.to_string().contains("words"), "{error}");
    assert_eq!(bench.requests(), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_read_the_first_status_is_good_by_the_second() {
    let bench = Bench::start().await;
    bench.fortimanager.refuse_data("/sys/status");
    poll(&bench.target(&[TOKEN])).await;
    assert_eq!(bench.requests(), (3, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_right_is_told_from_a_bad_token() {
    let bench = Bench::start().await;
    bench.fortimanager.refuse_data(CONTRACTS);
    let target = bench.target(&[TOKEN]);
    for _ in 0..10 {
        assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), Reason::Forbidden);
    }
    // First twice a sign-in with its call, and whether the token is alive; then a call and that question.
    assert_eq!(bench.requests(), (5 + 9 * 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_answers_fail_or_are_asked_for_once_more() {
    let status = |code: i64, message: &str| json!({"status": {"code": code, "message": message}});
    // What may mean that the token is gone is repeated after asking about the token.
    let cases: [(Answer, Option<Reason>); 8] = [
        (Answer::json(200, &json!({"result": [status(-6, "Invalid url")]})), Some(Reason::UnexpectedPayload)),
        (Answer::json(200, &json!({"result": [status(0, "OK")]})), Some(Reason::UnexpectedPayload)),
        (Answer::status(404), Some(Reason::HttpStatus)),
        (Answer::status(429), Some(Reason::RateLimited)),
        (Answer::json(200, &json!({"result": []})), None),
        (Answer::html(200, "<html></html>"), None),
        (Answer::status(401), None),
        (Answer::redirect("/p/login/"), None),
    ];
    let bench = Bench::start().await;
    let target = bench.target(&[TOKEN]);
    poll(&target).await;
    for (answer, expected) in cases {
        bench.fortimanager.override_path_times(RPC, answer.clone(), 1);
        let error = collect(&target, "contracts").await.err();
        assert_eq!(error.as_ref().map(Error::reason), expected, "{answer:?}: {error:?}");
    }
    let inside = json!({"result": {"data": {"contract": []}, "status": {"code": 0, "message": "OK"}}});
    bench.fortimanager.override_path(RPC, Answer::json(200, &inside));
    assert_eq!(
        samples(&target, "contracts").await,
        ["fortimanager_license_source_info{source=\"json_rpc\"} 1"]
    );
}

// The licence page and the token in its place.

fn no_page() -> [Answer; 6] {
    [
        Answer::status(404),
        Answer::status(410),
        Answer::status(500),
        Answer::html(200, "<!DOCTYPE html><html><body><div id=\"app\"></div></body></html>"),
        Answer::json(200, &json!({})),
        Answer::redirect("/ui/dashboard"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_leaves_no_gap_and_no_second_set_of_series() {
    for answer in no_page() {
        let bench = Bench::start().await;
        let mut polled = Polled::new(&bench.config(&[LOGIN, TOKEN]));
        let seen = async |polled: &mut Polled, source: &str| {
            polled.poll().await;
            let page = polled.metrics().await;
            assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0), "{answer:?}: {}", page.0);
            let lines = |name: &str| -> Vec<String> {
                let prefix = format!("{name}{{");
                page.0.lines().filter(|line| line.starts_with(&prefix)).map(str::to_owned).collect()
            };
            let source = format!("fortimanager_license_source_info{{target=\"fmg\",source={source:?}}} 1");
            assert_eq!(lines("fortimanager_license_source_info"), [source], "{answer:?}");
            assert_eq!(lines("fortimanager_license_info").len(), 10);
            let shown = ["fortimanager_license_expiry_timestamp_seconds", "fortimanager_license_active"];
            (shown.map(lines).concat(), page.get("fortimanager_devices_limit{target=\"fmg\"}"))
        };
        let (by_page, devices) = seen(&mut polled, "gui").await;
        assert_eq!((by_page.len(), devices), (20, Some(100.0)));
        bench.fortimanager.override_path(PAGE, answer.clone());
        for round in 0..4 {
            assert_eq!(seen(&mut polled, "json_rpc").await, (by_page.clone(), None));
            // A session that ends behind the page's back is replaced.
            if round == 1 {
                bench.fortimanager.kill_sessions();
            }
        }
        bench.fortimanager.clear_overrides();
        assert_eq!(seen(&mut polled, "gui").await, (by_page, Some(100.0)));
        // Whether the session was to blame is found out once for each.
        assert!(bench.fortimanager.logins() <= 3, "{answer:?}: {}", bench.fortimanager.logins());
        bench.check();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_without_the_page_takes_two_requests_more() {
    let bench = Bench::start().await;
    let target = bench.target(&[LOGIN, TOKEN]);
    poll(&target).await;
    assert_eq!(bench.requests().0, 0, "the token is not used while the page is there");
    bench.fortimanager.override_path(PAGE, Answer::status(404));
    poll(&target).await;
    bench.fortimanager.forget_requests();
    poll(&target).await;
    assert_eq!(bench.requests(), (1, 2));
    assert_eq!(bench.fortimanager.logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_fault_of_the_page_is_told_as_it_is() {
    let no_permission: Value = json!({"code": -11, "message": "No permission for the resource"});
    for (answer, reason) in [
        (Answer::status(401), Reason::Auth),
        (Answer::status(403), Reason::Forbidden),
        (Answer::json(200, &no_permission), Reason::Forbidden),
        (Answer::status(429), Reason::RateLimited),
    ] {
        let bench = Bench::start().await;
        let target = bench.target(&[LOGIN, TOKEN]);
        poll(&target).await;
        bench.fortimanager.override_path(PAGE, answer);
        assert_eq!(collect(&target, "license").await.unwrap_err().reason(), reason);
        assert_eq!(bench.requests().0, 0);
    }
    let bench = Bench::start().await;
    let target = bench.target(&["username: exporter, password: wrong", TOKEN]);
    assert_eq!(collect(&target, "license").await.unwrap_err().reason(), Reason::Auth);
    bench.fortimanager.stop().await;
    let target = bench.target(&[LOGIN, TOKEN]);
    assert_eq!(collect(&target, "license").await.unwrap_err().reason(), Reason::Connect);
    // A system that answers nothing well has not lost a page.
    bench.fortimanager.resume().await.unwrap();
    poll(&target).await;
    bench.fortimanager.override_path("/", Answer::status(503));
    assert_eq!(collect(&target, "license").await.unwrap_err().reason(), Reason::HttpStatus);
    assert_eq!(bench.requests().0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_refused_while_the_page_is_gone_is_told_at_once() {
    let bench = Bench::start().await;
    let target = bench.target(&[LOGIN, TOKEN]);
    bench.fortimanager.override_path(PAGE, Answer::html(200, "<html>gone</html>"));
    // Two sessions that the page wanted of nobody: it is not asked about a third.
    poll(&target).await;
    bench.fortimanager.kill_sessions();
    poll(&target).await;
    bench.fortimanager.kill_sessions();
    bench.fortimanager.set_account("exporter", "changed");
    for _ in 0..2 {
        let error = collect(&target, "license").await.unwrap_err();
        assert_eq!(error.reason(), Reason::Auth, "{error}");
        assert!(pause(&error).as_secs() > 14 * 60);
    }
    assert_eq!(bench.fortimanager.failed_logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_page_and_with_a_bad_token_both_are_told() {
    let bench = Bench::start().await;
    let target = bench.target(&[LOGIN, "api_token: wrong-token-4711"]);
    bench.fortimanager.override_path(PAGE, Answer::status(410));
    let error = collect(&target, "license").await.unwrap_err();
    assert_eq!(error.reason(), Reason::Auth);
    for words in ["HTTP 410", "in its place", "No permission for the resource"] {
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(pause(&error).as_secs() > 14 * 60);
    // The password was taken: what is held back is the token alone.
    bench.fortimanager.clear_overrides();
    bench.fortimanager.kill_sessions();
    poll(&target).await;
    assert_eq!(bench.fortimanager.failed_logins(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_no_reason_to_try_a_refused_token_again() {
    let bench = Bench::start().await;
    bench.fortimanager.override_path(PAGE, Answer::status(404));
    let config = bench.config(&[LOGIN, "api_token: wrong-token-4711", "interval: 1s"]);
    let binary = Binary::serve(&config).await;
    let is_polled = async |times: usize| {
        let requests = bench.fortimanager.requests();
        (requests.iter().filter(|request| request.path.starts_with(PAGE)).count() >= times).then_some(())
    };
    until("a refused token", async || (bench.requests().0 == 2).then_some(())).await;
    bench.fortimanager.kill_sessions();
    until("another session", async || (bench.fortimanager.logins() == 2).then_some(())).await;
    let polls = bench.fortimanager.requests().iter().filter(|request| request.path.starts_with(PAGE)).count();
    until("two more polls", async || is_polled(polls + 2).await).await;
    assert_eq!(bench.requests().0, 2);
    assert_eq!(binary.terminate().await.code, Some(0));
}
