//! The whole chain: simulator → exporter → Prometheus with our rules →
//! Alertmanager with our routes → whoever is paged.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::routing::post;
use fortinet_exporter::simulator::demo_license;
use jiff::Timestamp;
use serde_json::Value;

use crate::support::{Alertmanager, Binary, Prometheus, Systems, ask, run_in, until};

/// Where the example's receivers send to.
const EXAMPLE_RECEIVER: &str = "http://127.0.0.1:9099";

/// Someone who is told of alerts.
struct Receiver {
    address: String,
    /// The path it was told at, and what.
    heard: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Receiver {
    async fn start() -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&heard);
        let hear = async move |uri: axum::http::Uri, body: String| {
            let notification = serde_json::from_str(&body).unwrap();
            shared.lock().unwrap().push((uri.path().to_owned(), notification));
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = axum::Router::new().route("/{*receiver}", post(hear));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, heard }
    }

    /// The state of each alert with these labels, each time somebody was told of it.
    fn told_of(&self, alertname: &str, license: &str) -> Vec<(String, String)> {
        let mut told = Vec::new();
        for (path, notification) in self.heard.lock().unwrap().iter() {
            for alert in notification["alerts"].as_array().unwrap() {
                let labels = &alert["labels"];
                if labels["alertname"] == alertname && labels["license"] == license {
                    told.push((path.clone(), alert["status"].as_str().unwrap().to_owned()));
                }
            }
        }
        told
    }
}

/// The shipped routes, with the waits of a test.
fn routes(receiver: &Receiver) -> String {
    let example = std::fs::read_to_string("deploy/alertmanager/alertmanager.yml").unwrap();
    assert!(example.contains(EXAMPLE_RECEIVER));
    let quick = |line: &str| match line.split_once(": ") {
        Some((key @ ("  group_wait" | "  group_interval"), _)) => format!("{key}: 1s\n"),
        _ => format!("{line}\n"),
    };
    let routes: String = example.lines().map(quick).collect();
    routes.replace(EXAMPLE_RECEIVER, &format!("http://{}", receiver.address))
}

/// The shipped rules, at the pace of a test.
fn rules() -> String {
    let rules = std::fs::read_to_string("deploy/prometheus/fortinet.rules.yml").unwrap();
    assert!(rules.contains("    interval: 1m\n"));
    rules.replace("    interval: 1m\n", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_contract_pages_once_and_is_over_when_it_is_renewed() {
    let systems = Systems::start().await;
    let mut license = demo_license(Timestamp::now());
    let soon = (Timestamp::now() + jiff::SignedDuration::from_hours(5 * 24)).strftime("%Y-%m-%d");
    license["licenses"]["FMWR"]["txt"] = format!("24x7 Support (Expires {soon})").into();
    systems.fortimanager.set_license(license.clone());
    let binary = Binary::serve(&systems.fortimanager().config()).await;
    let receiver = Receiver::start().await;
    let alertmanager = Alertmanager::start(&routes(&receiver));
    let _prometheus = Prometheus::alerting(binary.address(), &rules(), &alertmanager);

    let told = || receiver.told_of("FortinetLicenseExpired", "AVEN");
    let page = |status: &str| ("/pager".to_owned(), status.to_owned());
    let soon = || receiver.told_of("FortinetLicenseExpiresIn7Days", "FMWR");
    until("the page", async || (!told().is_empty() && !soon().is_empty()).then_some(())).await;
    license["licenses"]["AVEN"] = license["licenses"]["ENHN"].clone();
    systems.fortimanager.set_license(license);
    until("the end of it", async || (told().len() > 1).then_some(())).await;
    assert_eq!(told(), [page("firing"), page("resolved")]);
    // One that is not renewed stays, and nobody is told twice of one contract.
    assert_eq!(receiver.told_of("FortinetLicenseExpired", "NIDS").last(), Some(&page("firing")));
    // Five days left are less than 7, 14 and 30, but one ticket.
    assert_eq!(soon(), [("/tickets".to_owned(), "firing".to_owned())]);
    for (days, license) in [("7", "AVEN"), ("14", "AVEN"), ("14", "FMWR"), ("30", "AVEN"), ("30", "FMWR")] {
        assert_eq!(receiver.told_of(&format!("FortinetLicenseExpiresIn{days}Days"), license), []);
    }
}

/// What the status page says of each contract: its state, and the days it has left.
async fn contracts_on_page(binary: &Binary) -> BTreeMap<String, (String, i64)> {
    let html = binary.get("/").await.text().await.unwrap();
    let (_, table) = html.split_once("<table class=\"contracts\">").unzip();
    let contract = |row: &str| {
        let texts = row.split('<').filter_map(|piece| piece.split_once('>'));
        let texts: Vec<&str> = texts.map(|(_, text)| text.trim()).filter(|text| !text.is_empty()).collect();
        let [code, _, _, _, state, days] = texts.try_into().unwrap();
        let number = || days.split(' ').find_map(|word| word.parse::<i64>().ok());
        let days = match days {
            "today is its last day" => 0,
            ended if ended.starts_with("ended ") => -number().unwrap(),
            _ => number().unwrap(),
        };
        (code.to_owned(), (state.to_owned(), days))
    };
    // There is none before the first poll.
    table.unwrap_or_default().split("<tr>").skip(2).map(contract).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_counts_days_as_the_alerts_do() {
    let systems = Systems::start().await;
    let mut license = demo_license(Timestamp::now());
    let contract = license["licenses"]["ENHN"].clone();
    license["licenses"] = serde_json::json!({});
    for days in [-366, -2, -1, 0, 1, 6, 7, 28, 29, 30, 31, 365] {
        let ends = (Timestamp::now() + jiff::SignedDuration::from_hours(days * 24)).strftime("%Y-%m-%d");
        let code = format!("D{days}");
        license["licenses"][&code] = contract.clone();
        license["licenses"][&code]["txt"] = format!("24x7 Support (Expires {ends})").into();
    }
    systems.fortimanager.set_license(license);
    let binary = Binary::serve(&systems.fortimanager().config()).await;
    let prometheus = Prometheus::judging(binary.address(), &rules());

    // At midnight they may disagree for as long as a scrape and an evaluation take.
    let found = until("the page to agree with Prometheus", async || {
        let by_code = async |query: &str| -> Option<BTreeMap<String, i64>> {
            let read = |series: &Value| {
                let value = series["value"][1].as_str()?.parse::<f64>().ok()?;
                Some((series["metric"]["license"].as_str()?.to_owned(), value as i64))
            };
            prometheus.now(query).await?.iter().map(read).collect()
        };
        let days = by_code("floor((fortinet:license_end:timestamp_seconds - time()) / 86400)").await?;
        let soon = by_code("ALERTS{alertname='FortinetLicenseExpiresIn30Days'}").await?;
        let expired = by_code("ALERTS{alertname='FortinetLicenseExpired'}").await?;
        let state = |code: &String| match (soon.contains_key(code), expired.contains_key(code)) {
            (false, false) => "valid",
            (true, false) => "soon",
            (false, true) => "expired",
            (true, true) => "both",
        };
        let told = days.into_iter().map(|(code, days)| (code.clone(), (state(&code).to_owned(), days)));
        let told: BTreeMap<String, (String, i64)> = told.collect();
        let page = contracts_on_page(&binary).await;
        (page.len() == 12 && page == told).then_some(page)
    })
    .await;
    for (code, (state, days)) in found {
        assert_eq!(code, format!("D{days}"));
        let expected = if days < 0 {
            "expired"
        } else if days < 30 {
            "soon"
        } else {
            "valid"
        };
        assert_eq!(state, expected, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_its_alerts_in_a_prometheus_of_its_own() {
    let demo = Binary::start("", &["demo", "--with-prometheus"]).await;
    let said = until("the welcome", async || demo.out().contains("Stop with").then(|| demo.out())).await;
    let pages: Vec<&str> = said.split_whitespace().filter(|word| word.starts_with("http://")).collect();
    for page in &pages {
        let answer = reqwest::get(*page).await.unwrap();
        assert!(answer.status().is_success(), "{page}: {answer:?}");
    }
    let (prometheus, _) = pages.iter().find_map(|page| page.split_once("/alerts")).unwrap();
    let prometheus = prometheus.trim_end_matches("/classic");
    let firing = until("alerts", async || {
        let answer = ask(&format!("{prometheus}/api/v1/alerts"), &[]).await?;
        let alerts = answer["data"]["alerts"].as_array()?.clone();
        let is_there = |alert: &Value| alert["labels"]["license"] == "AVEN" && alert["state"] == "firing";
        alerts.iter().any(is_there).then_some(alerts)
    })
    .await;
    for alert in &firing {
        let description = alert["annotations"]["description"].as_str().unwrap();
        assert!(!description.contains("<no value>") && !description.contains("error"), "{description}");
    }
    // No rule fails on real series; the slow ones have not been evaluated yet.
    let answer = ask(&format!("{prometheus}/api/v1/rules"), &[]).await.unwrap();
    let groups = answer["data"]["groups"].as_array().unwrap();
    let mut asked = 0;
    for rule in groups.iter().flat_map(|group| group["rules"].as_array().unwrap()) {
        let query = [("query", rule["query"].as_str().unwrap())];
        let answer = ask(&format!("{prometheus}/api/v1/query"), &query).await.unwrap();
        assert_eq!(answer["status"], "success", "{}: {answer}", rule["name"]);
        asked += 1;
    }
    assert!(asked > 50, "only {asked} rules were found");
    assert_eq!(demo.terminate().await.code, Some(0));
    until("the end of Prometheus", async || ask(prometheus, &[]).await.is_none().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_prometheus_the_demo_says_where_one_is_found() {
    let nothing = tempfile::tempdir().unwrap();
    let environment = [("PATH", PathBuf::from(nothing.path()))];
    let args = ["demo", "--with-prometheus", "--web.listen-address=127.0.0.1:0"];
    let ended = run_in(b"", &args, &environment).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("no program `prometheus` on the PATH; install it"), "{}", ended.stderr);
    assert!(!ended.stdout.contains("Open"), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_is_protected_starts_no_prometheus_that_could_not_scrape_it() {
    let ended = run_in(b"", &["demo", "--with-prometheus", "--web.config.file=web.yml"], &[]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    assert!(ended.stderr.contains("leave out one of the two flags"), "{}", ended.stderr);
}
