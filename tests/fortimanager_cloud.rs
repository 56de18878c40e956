//! FortiManager Cloud: a token of FortiCloud, a session of the instance for it, and what is read in it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fortinet_exporter::config::{Account, Config};
use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, FortiManagerCloud, Simulation};
use fortinet_exporter::targets;
use fortinet_exporter::upstream::{Clients, LoginCounters, Logins, Reason, Refusals};
use serde_json::{Value, json};

use crate::support::{Binary, Polled, collect, pause, poll, samples, target, until};

const TOKEN: &str = "/api/v1/oauth/token/";
const LOGIN: &str = "/p/forticloud_jsonrpc_login/";
const RPC: &str = "/jsonrpc";
const PASSWORD: &str = "password: demo-password";

struct Bench {
    cloud: FortiManagerCloud,
    tls: String,
}

impl Bench {
    async fn start() -> Self {
        let certificate = Certificate::generate().unwrap();
        let cloud = FortiManagerCloud::start(&certificate).await.unwrap();
        Self { cloud, tls: format!("tls: {{ pin_sha256: {} }}", certificate.sha256()) }
    }

    fn entry(&self, name: &str, instance: &FortiManagerCloud, lines: &[&str]) -> String {
        let Self { cloud, tls } = self;
        let (url, auth_url, lines) = (instance.url(), cloud.forticloud().url(), lines.join(", "));
        format!(
            "{{ name: {name}, url: '{url}', auth_url: '{auth_url}', api_id: demo-api-id, {tls}, {lines} }}"
        )
    }

    fn config(&self, lines: &[&str]) -> String {
        format!("fortimanager_cloud: [{}]\n", self.entry("fmg", &self.cloud, lines))
    }

    fn target(&self) -> Target {
        target(&self.config(&[PASSWORD]))
    }

    fn pin(&self) -> &str {
        self.tls.trim_start_matches("tls: { pin_sha256: ").trim_end_matches(" }")
    }

    /// Requests for a token, for a session, and in one.
    fn requests(&self) -> [usize; 3] {
        let asked = |simulation: &Simulation, path: &str| {
            simulation.requests().iter().filter(|request| request.path == path).count()
        };
        let (instance, forticloud) = (&self.cloud, self.cloud.forticloud());
        [asked(forticloud, TOKEN), asked(instance, LOGIN), asked(instance, RPC)]
    }

    fn check(&self) {
        let violations = [self.cloud.forticloud().violations(), self.cloud.violations()].concat();
        assert_eq!(violations, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_read_in_one_session_of_one_token() {
    let bench = Bench::start().await;
    let all = "collectors: [contracts, ha, tasks, devices, device_contracts]";
    let binary = Binary::serve(&bench.config(&[PASSWORD, all, "interval: 1s"])).await;
    let polls = "fortinet_exporter_collector_polls_total{collector=\"contracts\",target=\"fmg\"}";
    let page = binary.metrics_when("a third poll", |page| page.get(polls) >= Some(3.0)).await;
    for collector in ["contracts", "ha", "tasks", "devices", "device_contracts"] {
        let success =
            format!("fortinet_exporter_collector_success{{collector=\"{collector}\",target=\"fmg\"}}");
        assert_eq!(page.get(&success), Some(1.0), "{}", page.0);
    }
    assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0));
    assert_eq!(page.get("fortimanager_license_source_info{target=\"fmg\",source=\"json_rpc\"}"), Some(1.0));
    assert_eq!(page.get("fortinet_exporter_logins_total{target=\"fmg\"}"), Some(1.0));
    let discovered = binary.get("/sd").await.text().await.unwrap();
    let status = binary.get("/").await.text().await.unwrap();
    for page in [discovered, status] {
        assert!(page.contains("FortiManager Cloud"), "{page}");
    }
    assert_eq!(binary.terminate().await.code, Some(0));
    assert_eq!(bench.requests()[..2], [1, 1]);
    assert_eq!((bench.cloud.logouts(), bench.cloud.open_sessions()), (1, 0));
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_what_the_same_fortimanager_shows_by_token() {
    let bench = Bench::start().await;
    let certificate = Certificate::generate().unwrap();
    let own = fortinet_exporter::simulator::FortiManager::start(&certificate).await.unwrap();
    let by_token = format!(
        "fortimanagers: [{{ name: fmg, url: '{}', api_token: demo-api-token, tls: {{ pin_sha256: {} }}, \
         collectors: [contracts, ha, devices] }}]",
        own.url(),
        certificate.sha256()
    );
    let (by_token, in_cloud) =
        (target(&by_token), target(&bench.config(&[PASSWORD, "collectors: [contracts, ha, devices]"])));
    for collector in ["contracts", "ha", "devices"] {
        let found = samples(&in_cloud, collector).await;
        assert!(found.len() > 5, "{found:?}");
        assert_eq!(found, samples(&by_token, collector).await);
    }
}

/// What is known of a session that has ended is the words for a missing right; all else is a guess.
fn ended() -> [Answer; 7] {
    let status =
        |code: i64, message: &str| json!({"result": [{"status": {"code": code, "message": message}}]});
    [
        Answer::json(200, &status(-11, "No permission for the resource")),
        Answer::json(200, &status(-6, "Invalid session")),
        Answer::json(200, &json!({})),
        Answer::status(401),
        Answer::status(403),
        Answer::html(200, "<html><body>Log in</body></html>"),
        Answer::redirect("/p/login/"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_is_renewed_once() {
    let bench = Bench::start().await;
    let mut polled = Polled::new(&bench.config(&[PASSWORD]));
    polled.poll().await;
    assert_eq!(bench.requests(), [1, 1, 1]);
    bench.cloud.kill_sessions();
    polled.poll().await;
    // The call in vain, signing out of that session, the call once more.
    assert_eq!(bench.requests(), [2, 2, 1 + 3]);
    for (number, answer) in (3..).zip(ended()) {
        bench.cloud.override_path_times(RPC, answer.clone(), 1);
        polled.poll().await;
        let page = polled.metrics().await;
        assert_eq!(page.get("fortimanager_up{target=\"fmg\"}"), Some(1.0), "{answer:?}: {}", page.0);
        assert_eq!(page.get("fortinet_exporter_logins_total{target=\"fmg\"}"), Some(f64::from(number)));
    }
    assert_eq!((bench.cloud.open_sessions(), bench.cloud.most_sessions_open()), (1, 1));
    polled.sign_out().await;
    assert_eq!(bench.cloud.open_sessions(), 0);
    bench.check();
}

/// Not a right of the account's, so no reason to sign in at each poll.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_may_not_read_does_not_cost_a_sign_in_each_time() {
    let bench = Bench::start().await;
    bench.cloud.refuse_data("/um/license/self");
    let target = target(&bench.config(&[PASSWORD, "collectors: [contracts, ha]"]));
    for _ in 0..10 {
        assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), Reason::Forbidden);
        collect(&target, "ha").await.unwrap();
    }
    assert_eq!(bench.requests()[..2], [2, 2], "once, to see whether that helps");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_left_alone_until_it_changes() {
    let bench = Bench::start().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "old-password-4711\n").unwrap();
    let target = target(&bench.config(&[&format!("password_file: {}", file.path().display())]));
    let refused = collect(&target, "contracts").await.unwrap_err();
    assert_eq!(refused.reason(), Reason::Auth);
    assert!(refused.to_string().contains("FortiCloud refused the sign-in: Invalid credentials"), "{refused}");
    assert!(refused.hint().contains("`api_id`"), "{}", refused.hint());
    assert!(pause(&refused) > Duration::from_secs(14 * 60), "{:?}", pause(&refused));
    for _ in 0..5 {
        assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), Reason::Auth);
    }
    assert_eq!(bench.requests(), [1, 0, 0]);
    std::fs::write(file.path(), "demo-password\n").unwrap();
    poll(&target).await;
    assert_eq!(bench.requests(), [2, 1, 1]);
    bench.check();
}

/// The real binary, which is asked to read it again and again, and told to reload.
#[tokio::test(flavor = "multi_thread")]
async fn neither_polls_nor_reloads_hammer_who_has_refused() {
    let bench = Bench::start().await;
    let config = bench.config(&["password: wrong", "interval: 1s"]);
    let binary = Binary::serve(&config).await;
    let failures =
        "fortinet_exporter_collector_failures_total{collector=\"contracts\",reason=\"auth\",target=\"fmg\"}";
    binary.metrics_when("a first refusal", |page| page.get(failures) >= Some(1.0)).await;
    binary.write_config(&config.replace("interval: 1s", "interval: 2s"));
    binary.signal("HUP");
    until("a reload", async || binary.log().contains("configuration reloaded").then_some(())).await;
    binary.metrics_when("another poll", |page| page.get(failures) >= Some(2.0)).await;
    assert_eq!(bench.requests(), [1, 0, 0]);
    assert!(!bench.cloud.forticloud().is_locked());
}

/// As the daemon builds them: those of one account share what was refused.
fn together(config: &str) -> Vec<Target> {
    let config = Config::parse(config, "test.yml").unwrap();
    let mut refusals: HashMap<Account, Refusals> = HashMap::new();
    let mut logins = |account| Logins {
        counters: LoginCounters::default(),
        refusals: refusals.entry(account).or_default().clone(),
    };
    let build = |entry| targets::build(entry, &Clients::new(), &mut logins, Arc::new(|_| {})).unwrap();
    config.entries().map(build).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_refused_to_one_instance_is_not_tried_for_another() {
    let bench = Bench::start().await;
    let other = FortiManagerCloud::start(&Certificate::generate().unwrap()).await.unwrap();
    let entries = [("a", &bench.cloud), ("b", &other)];
    let entries = entries.map(|(name, instance)| bench.entry(name, instance, &["password: wrong-4711"]));
    let targets = together(&format!("fortimanager_cloud: [{}]", entries.join(", ")));
    let first = collect(&targets[0], "contracts").await.unwrap_err();
    let second = collect(&targets[1], "contracts").await.unwrap_err();
    assert_eq!((second.reason(), second.was_sent()), (Reason::Auth, false), "{second}");
    assert_eq!(second.to_string(), first.to_string());
    assert!(pause(&second) > Duration::from_secs(14 * 60), "{:?}", pause(&second));
    assert_eq!(bench.requests(), [1, 0, 0]);
}

/// Polls begin together, and FortiCloud takes its time.
#[tokio::test(flavor = "multi_thread")]
async fn instances_that_sign_in_side_by_side_try_a_password_once() {
    for (answer, reason, minutes) in [
        (Answer::json(401, &json!({"message": "Invalid credentials"})), Reason::Auth, 14),
        (Answer::status(429).header("retry-after", "1800"), Reason::RateLimited, 29),
        (Answer::status(429).header("retry-after", &u64::MAX.to_string()), Reason::RateLimited, 59),
    ] {
        let bench = Bench::start().await;
        bench.cloud.forticloud().override_path(TOKEN, answer.delay(Duration::from_millis(300)));
        let others = [Bench::start().await, Bench::start().await, Bench::start().await];
        let instances = others.iter().map(|other| &other.cloud).chain([&bench.cloud]);
        let entries = instances
            .zip('a'..)
            .map(|(instance, name)| bench.entry(&name.to_string(), instance, &[PASSWORD]));
        let entries: Vec<String> = entries.collect();
        let targets = together(&format!("fortimanager_cloud: [{}]", entries.join(", ")));
        let polls = targets.iter().map(|target| collect(target, "contracts"));
        for ended in futures_util::future::join_all(polls).await {
            let error = ended.unwrap_err();
            assert_eq!(error.reason(), reason, "{error}");
            assert!(pause(&error) > Duration::from_secs(minutes * 60), "{:?}", pause(&error));
            assert!(pause(&error) <= Duration::from_secs(3600), "{:?}", pause(&error));
        }
        assert_eq!(bench.requests()[0], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_refuses_a_good_token_stands_in_no_others_way() {
    let bench = Bench::start().await;
    // It does not know the tokens of the other FortiCloud.
    let certificate = Certificate::generate().unwrap();
    let other = FortiManagerCloud::start(&certificate).await.unwrap();
    let (own, foreign) =
        (bench.tls.clone(), format!("tls: {{ pin_sha256: [{}, {}] }}", certificate.sha256(), &bench.pin()));
    let refusing = bench.entry("a", &other, &[PASSWORD]).replace(&own, &foreign);
    let good = bench.entry("b", &bench.cloud, &[PASSWORD]);
    let targets = together(&format!("fortimanager_cloud: [{refusing}, {good}]"));
    for _ in 0..4 {
        let error = collect(&targets[0], "contracts").await.unwrap_err();
        assert_eq!(error.reason(), Reason::Auth, "{error}");
        assert!(error.hint().contains("FortiCloud took the credentials"), "{}", error.hint());
        assert!(pause(&error) > Duration::from_secs(14 * 60), "{:?}", pause(&error));
        poll(&targets[1]).await;
        bench.cloud.kill_sessions();
    }
    assert_eq!(other.requests().len(), 1);
}

/// What a step is answered with; the reason that is given, and for how many minutes at least nobody
/// signs in again.
fn answers(body: &Value) -> Vec<(Answer, Reason, u64)> {
    let locked = json!({"error_description": "Account locked", "message": "Account locked"});
    vec![
        (Answer::json(400, &json!({"error": "invalid_grant"})), Reason::Auth, 14),
        (Answer::json(403, &json!({"status": "failed", "message": "not allowed"})), Reason::Auth, 14),
        (Answer::json(200, &json!({"status": {"code": -11, "message": "no"}})), Reason::Auth, 14),
        (Answer::json(200, &json!({})), Reason::Auth, 14),
        (Answer::json(200, &json!([])), Reason::Auth, 14),
        (Answer::json(401, body), Reason::Auth, 14),
        (Answer::status(401), Reason::Auth, 14),
        (Answer::redirect("/login"), Reason::Auth, 14),
        (Answer::json(401, &locked), Reason::LockedOut, 14),
        (Answer::html(200, "<html>A portal</html>"), Reason::NotJson, 14),
        (Answer::status(404), Reason::HttpStatus, 0),
        (Answer::status(429), Reason::RateLimited, 0),
        (Answer::status(503), Reason::HttpStatus, 0),
        (Answer::text(200, "{\"access").broken_off(), Reason::Connect, 0),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_step_is_answered_nobody_is_asked_again_at_once() {
    for (step, body) in [
        (TOKEN, json!({"access_token": "MARKER-1234", "status": "success"})),
        (LOGIN, json!({"session": "MARKER-1234"})),
    ] {
        for (answer, reason, minutes) in answers(&body) {
            let bench = Bench::start().await;
            let target = bench.target();
            let system: &Simulation = if step == TOKEN { bench.cloud.forticloud() } else { &bench.cloud };
            system.override_path(step, answer.clone());
            let error = collect(&target, "contracts").await.unwrap_err();
            assert_eq!(error.reason(), reason, "{step} {answer:?}: {error}");
            assert!(pause(&error) > Duration::from_secs(minutes * 60 + 50), "{step} {answer:?}: {error}");
            assert!(!error.to_string().contains("MARKER"), "{error}");
            let asked = bench.requests();
            for _ in 0..3 {
                assert_eq!(collect(&target, "contracts").await.unwrap_err().reason(), reason);
            }
            assert_eq!(bench.requests(), asked, "{step} {answer:?}");
            assert_eq!(asked, if step == TOKEN { [1, 0, 0] } else { [1, 1, 0] });
        }
    }
}

/// Not a lock's business: nobody has seen the credentials.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_cannot_be_reached_is_tried_at_the_next_poll() {
    let bench = Bench::start().await;
    let target = bench.target();
    bench.cloud.forticloud().stop().await;
    let error = collect(&target, "contracts").await.unwrap_err();
    assert_eq!(error.reason(), Reason::Connect);
    assert!(error.hint().contains("`auth_url`"), "{}", error.hint());
    bench.cloud.forticloud().resume().await.unwrap();
    poll(&target).await;
    assert_eq!(bench.requests(), [1, 1, 1]);
}

/// A token is good for the session that could not be asked for.
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_out_of_reach_does_not_cost_a_token_each_time() {
    let bench = Bench::start().await;
    let target = bench.target();
    bench.cloud.stop().await;
    for _ in 0..5 {
        let error = collect(&target, "contracts").await.unwrap_err();
        assert_eq!((error.reason(), error.was_sent()), (Reason::Connect, false), "{error}");
    }
    bench.cloud.resume().await.unwrap();
    poll(&target).await;
    assert_eq!(bench.requests(), [1, 1, 1]);
    // Once it has brought a session it is not kept.
    bench.cloud.kill_sessions();
    poll(&target).await;
    assert_eq!(bench.requests()[..2], [2, 2]);
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_not_repeated() {
    let bench = Bench::start().await;
    let given = json!({"access_token": "MARKER-token-1234", "refresh_token": "MARKER-refresh"});
    bench.cloud.forticloud().override_path(TOKEN, Answer::json(200, &given));
    let words = json!({"message": "no such token: MARKER-token-1234"});
    bench.cloud.override_path(LOGIN, Answer::json(403, &words));
    let error = collect(&bench.target(), "contracts").await.unwrap_err();
    assert!(error.to_string().contains("no such token: [redacted]"), "{error}");
}

/// Nor later on, when nothing but the session is sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_not_repeated_in_its_session() {
    let bench = Bench::start().await;
    let target = bench.target();
    poll(&target).await;
    let words = format!("oops: {}", bench.cloud.forticloud().issued_tokens()[0]);
    let answer = json!({"result": [{"status": {"code": -3, "message": words}}]});
    bench.cloud.override_path(RPC, Answer::json(200, &answer));
    let error = collect(&target, "contracts").await.unwrap_err();
    assert!(error.to_string().contains("oops: [redacted]"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refusal_brings_all_the_same_is_not_repeated() {
    let token = json!({
        "access_token": "MARKER-token-1234", "refresh_token": "MARKER-refresh-5678", "status": "failed",
        "message": "MARKER-token-1234 and MARKER-refresh-5678 are good for nothing",
    });
    let session = json!({
        "session": "MARKER-session-9012",
        "result": {"status": {"code": -1, "message": "MARKER-session-9012 is good for nothing"}},
    });
    for (step, answer) in [(TOKEN, token), (LOGIN, session)] {
        let bench = Bench::start().await;
        let system: &Simulation = if step == TOKEN { bench.cloud.forticloud() } else { &bench.cloud };
        system.override_path(step, Answer::json(200, &answer));
        let error = collect(&bench.target(), "contracts").await.unwrap_err().to_string();
        assert!(error.contains("good for nothing") && !error.contains("MARKER"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_about_success_is_not_waited_for() {
    let bench = Bench::start().await;
    let forticloud = bench.cloud.forticloud();
    poll(&bench.target()).await;
    let token = forticloud.issued_tokens()[0].clone();
    bench.cloud.kill_sessions();
    forticloud.override_path(TOKEN, Answer::json(200, &json!({"access_token": token})));
    poll(&bench.target()).await;
}
