//! A FortiAnalyzer: a FortiManager's pages under names of its own.

use fortinet_exporter::simulator::{Answer, Certificate, FortiAnalyzer, FortiManager};
use fortinet_exporter::upstream::Reason;

use crate::support::{Binary, Systems, collect, poll, run, samples, sign_out, target};

const UPTIME: &str = "/gui/sys/uptime";

/// What FortiManager's public capture gives, for lack of a FortiAnalyzer's own.
const PAYLOAD: &str = include_str!("fixtures/fortimanager-7.4.1-license.json");
const OF_FORTIMANAGER: &str = include_str!("fixtures/fortimanager-7.4.1-license.prom");

async fn started() -> (FortiAnalyzer, String) {
    let certificate = Certificate::generate().unwrap();
    let fortianalyzer = FortiAnalyzer::start(&certificate).await.unwrap();
    let config = format!(
        "fortianalyzers:\n  - {{ name: faz, url: '{}', username: exporter, password: demo-password, \
         collectors: [system, license], tls: {{ pin_sha256: {} }} }}\n",
        fortianalyzer.url(),
        certificate.sha256()
    );
    (fortianalyzer, config)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_licence_page_gives_what_it_gives_of_a_fortimanager_under_other_names() {
    let (fortianalyzer, config) = started().await;
    fortianalyzer.set_license(serde_json::from_str(PAYLOAD).unwrap());
    let config = config.replace("[system, license]", "[license]");
    let probe = run(config.as_bytes(), &["probe", "faz", "--config.file=CONFIG"]).await;
    assert_eq!(probe.code, Some(0), "{}", probe.stderr);
    assert!(probe.stderr.contains("FortiAnalyzer faz at "), "{}", probe.stderr);
    let expected = OF_FORTIMANAGER.replace("fortimanager_", "fortianalyzer_").replace("\"fmg\"", "\"faz\"");
    let is_series = |line: &&str| line.starts_with("fortianalyzer_") && !line.contains("_license_source_");
    let series = |page: &str| page.lines().filter(is_series).map(str::to_owned).collect::<Vec<_>>();
    assert!(series(&expected).len() > 50);
    assert_eq!(series(&probe.stdout), series(&expected));
    assert_eq!(fortianalyzer.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn its_contracts_sizes_and_system_are_told() {
    let (fortianalyzer, config) = started().await;
    let target = target(&config);
    let license = samples(&target, "license").await;
    for line in [
        "fortianalyzer_devices_used 118",
        "fortianalyzer_log_daily_limit_bytes 107374182400",
        "fortianalyzer_log_history_exceeded{days_ago=\"3\"} 1",
        "fortianalyzer_disk_limit_bytes 8796093022208",
        "fortianalyzer_license_active{license=\"FOAS\"} 1",
        "fortianalyzer_license_active{license=\"PBDS\"} 0",
        "fortianalyzer_license_info{license=\"SOAR\",name=\"SOAR\",level=\"24x7 Support\",status=\"ok\"} 1",
    ] {
        assert!(license.iter().any(|found| found == line), "{line} is not in {license:#?}");
    }
    let system = samples(&target, "system").await;
    let info = "fortianalyzer_info{version=\"v7.6.3-build3492 (GA)\",platform=\"FAZ-VM64\",hostname=\"faz-demo\",ha_mode=\"Standalone\"} 1";
    assert!(system.iter().any(|line| line == info), "{system:#?}");
    assert!(system.iter().any(|line| line.starts_with("fortianalyzer_last_backup_timestamp_seconds ")));
    let others = license.iter().chain(&system).filter(|line| !line.starts_with("fortianalyzer_"));
    assert_eq!(others.count(), 0);
    assert_eq!(fortianalyzer.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_product_in_the_list_of_the_other_is_told_where_it_belongs() {
    let (fortianalyzer, config) = started().await;
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    fortimanager.set_account("exporter", "demo-password");
    let analyzer_as_manager = config.replace("fortianalyzers:", "fortimanagers:");
    let manager_as_analyzer = config.replace(&fortianalyzer.url(), &fortimanager.url());
    let pin = config.split("pin_sha256: ").nth(1).unwrap().split(' ').next().unwrap();
    let manager_as_analyzer = manager_as_analyzer.replace(pin, &certificate.sha256());
    for (config, platform, list) in [
        (analyzer_as_manager, "FAZ…", "`fortianalyzers:`"),
        (manager_as_analyzer, "FMG…", "`fortimanagers:`"),
    ] {
        let error = collect(&target(&config), "system").await.unwrap_err();
        assert_eq!(error.reason(), Reason::UnexpectedPayload);
        assert!(error.to_string().contains(platform), "{error}");
        assert!(error.hint().contains(list), "{}", error.hint());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_serves_both_collectors_with_a_request_each_and_is_ended() {
    let (fortianalyzer, config) = started().await;
    let target = target(&config);
    poll(&target).await;
    fortianalyzer.forget_requests();
    poll(&target).await;
    assert_eq!(fortianalyzer.requests().len(), 2, "{:?}", fortianalyzer.requests());
    assert_eq!(fortianalyzer.logins(), 1);
    sign_out(&target).await;
    assert_eq!(fortianalyzer.open_sessions(), 0);
    assert_eq!(fortianalyzer.violations(), Vec::<String>::new());
}

/// That it has the licence page is an assumption.
#[tokio::test(flavor = "multi_thread")]
async fn one_without_the_licence_page_still_tells_of_its_system() {
    let (fortianalyzer, config) = started().await;
    let target = target(&config);
    fortianalyzer.override_path("/cgi-bin/module/flatui/SysDashboard", Answer::status(404));
    for _ in 0..3 {
        assert_eq!(collect(&target, "license").await.unwrap_err().reason(), Reason::HttpStatus);
        assert!(!samples(&target, "system").await.is_empty());
    }
    fortianalyzer.refuse_data(UPTIME);
    assert_eq!(collect(&target, "system").await.unwrap_err().reason(), Reason::Forbidden);
    assert!(fortianalyzer.logins() <= 2, "{}", fortianalyzer.logins());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_product() {
    let (fortianalyzer, config) = started().await;
    let error = collect(&target(&config.replace("demo-password", "wrong")), "license").await.unwrap_err();
    assert_eq!(error.reason(), Reason::Auth);
    assert!(error.to_string().starts_with("FortiAnalyzer refused the sign-in: "), "{error}");
    assert_eq!(fortianalyzer.failed_logins(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stands_beside_a_fortimanager_on_the_page_and_in_the_discovery() {
    let (_fortianalyzer, config) = started().await;
    let systems = Systems::start().await;
    let binary = Binary::serve(&[systems.fortimanager().config(), config].concat()).await;
    let page = binary.metrics_when_ready().await;
    assert_eq!(page.series("fortianalyzer_up{"), ["fortianalyzer_up{target=\"faz\"} 1"]);
    assert_eq!(page.series("fortimanager_up{"), ["fortimanager_up{target=\"fmg\"} 1"]);
    let found = binary.get("/sd").await.text().await.unwrap();
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let kind = |index: usize| &found[index]["labels"]["__meta_fortinet_system"];
    assert_eq!([kind(0), kind(1)], ["FortiManager", "FortiAnalyzer"]);
    let status = binary.get("/").await.text().await.unwrap();
    assert!(status.contains("FortiAnalyzer v7.6.3-build3492 (GA)"), "{status}");
}
