//! The log, as logfmt and as JSON, read as those programs do that collect it.

use fortinet_exporter::simulator::Answer;

use crate::support::log::{Line, lines};
use crate::support::{Binary, Exposition, System, Systems, until};

const FAILED: &str = "poll failed";

fn polls(page: &Exposition, collector: &str, target: &str) -> f64 {
    let series =
        format!("fortinet_exporter_collector_polls_total{{collector=\"{collector}\",target=\"{target}\"}}");
    page.get(&series).unwrap_or_default()
}

/// What is said of the polls of a collector.
fn of<'a>(lines: &'a [Line], message: &str, target: &str, collector: &str) -> Vec<&'a Line> {
    let is_meant = |line: &&Line| {
        line["message"] == message
            && line.get("target").is_some_and(|is| is == target)
            && line.get("collector").is_some_and(|is| is == collector)
    };
    lines.iter().filter(is_meant).collect()
}

async fn each_failure_is_a_line_with_all_of_it(format: &str) {
    let systems = Systems::start().await;
    let [fmg, ems, cloud] = systems.each();
    systems.fortimanager.stop().await;
    cloud.simulation.override_path(cloud.page, Answer::html(200, "<b>A portal</b>"));
    let config = [fmg.config(), ems.config_with("password: wrong-password"), cloud.config()].concat();
    let flag = format!("--log.format={format}");
    let binary = Binary::start(&config, &["--config.file=CONFIG", &flag]).await;
    binary
        .metrics_when("three polls of each", |page| {
            let each = [("license", "fmg"), ("endpoints", "ems"), ("license", "ems"), ("license", "cloud")];
            each.iter().all(|(collector, target)| polls(page, collector, target) >= 3.0)
        })
        .await;
    let log = lines(&binary.log(), format);
    for (target, collector, reason, error, hint) in [
        ("fmg", "license", "connect", "cannot connect to 127.0.0.1:", "check host and port in `url`"),
        ("ems", "endpoints", "auth", "EMS refused the sign-in", "check user name and secret"),
        ("ems", "license", "auth", "EMS refused the sign-in", "check user name and secret"),
        ("cloud", "license", "not_json", "answered with an HTML page", "check that `url` names the system"),
    ] {
        let failures = of(&log, FAILED, target, collector);
        let [line] = failures[..] else { panic!("{} lines for {target} {collector}", failures.len()) };
        assert_eq!((line["reason"].as_str(), line["level"].to_lowercase().as_str()), (reason, "warn"));
        assert!(line["error"].contains(error) && !line["error"].contains(hint), "{line:?}");
        assert!(line["hint"].starts_with(hint) && !line["hint"].contains('\n'), "{line:?}");
        let next = line.get("next_sign_in").map_or("", String::as_str);
        let is_told = next.starts_with("in 14m ") || next.starts_with("in 15m ");
        assert_eq!(is_told, target == "ems", "{line:?}");
    }
    assert_eq!(of(&log, FAILED, "cloud", "endpoints"), Vec::<&Line>::new());

    systems.fortimanager.resume().await.unwrap();
    let log = until("recovery", async || {
        let log = lines(&binary.log(), format);
        (!of(&log, "poll succeeds again", "fmg", "license").is_empty()).then_some(log)
    })
    .await;
    let recovery = of(&log, "poll succeeds again", "fmg", "license")[0];
    assert!(recovery["failed_polls"].parse::<u64>().unwrap() >= 3, "{recovery:?}");
    assert!(recovery["failed_for"].ends_with('s'), "{recovery:?}");

    let finished = binary.terminate().await;
    assert_eq!(of(&lines(&finished.stderr, format), FAILED, "fmg", "license").len(), 1);
    let issued = [ems, cloud].map(|system| system.simulation.issued_tokens()).concat();
    for secret in issued.iter().map(String::as_str).chain(["wrong-password", "demo-access-key", "A portal"]) {
        assert!(!finished.stderr.contains(secret), "{secret}: {}", finished.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_is_a_line_of_logfmt_with_all_of_it() {
    each_failure_is_a_line_with_all_of_it("logfmt").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_is_a_line_of_json_with_all_of_it() {
    each_failure_is_a_line_with_all_of_it("json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_answers_the_hint_fits_the_system_and_no_sign_in_is_counted() {
    let systems = Systems::start().await;
    // Nobody listens at this port.
    let nowhere =
        |system: &System<'_>| system.config().replace(&system.simulation.url(), "https://127.0.0.1:1");
    let binary = Binary::serve(&systems.each().iter().map(nowhere).collect::<String>()).await;
    let page = binary
        .metrics_when("two polls of each", |page| {
            systems.each().iter().all(|system| polls(page, "license", system.name) >= 2.0)
        })
        .await;
    let log = lines(&binary.log(), "logfmt");
    for system in systems.each() {
        let line = of(&log, FAILED, system.name, "license")[0];
        assert!(line["hint"].starts_with("check host and port in `url`"), "{line:?}");
        assert_eq!(line["hint"].contains("trusted hosts"), system.name == "fmg", "{line:?}");
        for metric in ["logins", "login_failures"] {
            let series = format!("fortinet_exporter_{metric}_total{{target=\"{}\"}}", system.name);
            assert_eq!(page.get(&series), Some(0.0), "{series}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_gone_is_told_with_what_to_write() {
    let systems = Systems::start().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "demo-password\n").unwrap();
    let config = systems.ems().config_with(&format!("password_file: {}", file.path().display()));
    let binary = Binary::serve(&config).await;
    binary.metrics_when_ready().await;
    let path = file.path().display().to_string();
    file.close().unwrap();
    systems.ems.kill_sessions();
    let line = until("a failure", async || {
        let log = lines(&binary.log(), "logfmt");
        of(&log, FAILED, "ems", "license").first().map(|line| (*line).clone())
    })
    .await;
    assert!(line["error"].contains(&path) && line["reason"] == "auth", "{line:?}");
    assert!(line["hint"].starts_with("write the secret into this file"), "{line:?}");
    assert!(line["hint"].ends_with("no sign-in was tried"), "{line:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_reason_is_told_and_an_unchanged_one_not_again_by_a_reload() {
    let systems = Systems::start().await;
    let fmg = systems.fortimanager();
    fmg.simulation.override_path(fmg.page, Answer::status(404));
    let binary = Binary::serve(&fmg.config()).await;
    let reasons = || {
        let log = lines(&binary.log(), "logfmt");
        of(&log, FAILED, "fmg", "license").iter().map(|line| line["reason"].clone()).collect::<Vec<_>>()
    };
    until("a failure", async || (reasons() == ["http_status"]).then_some(())).await;

    // Other settings for the same system: its poller is a new one.
    for interval in ["1100ms", "1200ms"] {
        let before = polls(&binary.metrics().await, "license", "fmg");
        binary.write_config(&fmg.config().replace("interval: 1s", &format!("interval: {interval}")));
        binary.signal("HUP");
        let reloaded = |line: &Line| line["message"] == "configuration reloaded" && line["changed"] == "1";
        until("the reload", async || {
            lines(&binary.log(), "logfmt").iter().rfind(|line| reloaded(line)).map(drop)
        })
        .await;
        binary.metrics_when("polls by it", |page| polls(page, "license", "fmg") >= before + 2.0).await;
    }
    assert_eq!(reasons(), ["http_status"]);

    fmg.simulation.override_path(fmg.page, Answer::html(429, "slow down"));
    until("another reason", async || (reasons() == ["http_status", "rate_limited"]).then_some(())).await;
    let log = lines(&binary.log(), "logfmt");
    let line = of(&log, FAILED, "fmg", "license")[1];
    assert!(line["failed_polls"].parse::<u64>().unwrap() >= 5, "{line:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_configuration_is_a_line_for_each_mistake_with_what_to_write() {
    let systems = Systems::start().await;
    let good = systems.fortimanager().config();
    let binary = Binary::serve(&good).await;
    binary.write_config(&good.replace("interval: 1s", "interval: 1ms").replace("https://", "ftp://"));
    binary.signal("HUP");
    let log = until("the log to say so", async || {
        let refused = |line: &Line| line["message"].starts_with("configuration not reloaded");
        let log: Vec<Line> = lines(&binary.log(), "logfmt").into_iter().filter(refused).collect();
        (log.len() == 2).then_some(log)
    })
    .await;
    for (key, hint) in [("].url:", "https://"), ("].interval:", "one second")] {
        let line = log.iter().find(|line| line["error"].contains(key)).unwrap();
        assert!(line["error"].contains("config.yml:") && line["hint"].contains(hint), "{line:?}");
    }
}
