//! What must never be seen: not in the log at its most talkative, not on a
//! page, not in an error, not in the list of processes.

use fortinet_exporter::simulator::{Answer, Fleet, Generation};
use serde_json::json;

use crate::support::{Binary, Exposition, Systems, run};

/// Every secret of the configuration begins with this.
const MARKER: &str = "MARKER-7f3a";

/// The systems with secrets that would be noticed, one from a file, and a target with a token.
struct Bench {
    systems: Systems,
    dir: tempfile::TempDir,
    shown: Vec<(String, String)>,
}

impl Bench {
    async fn new() -> Self {
        let systems = Systems::start().await;
        // A few of them are quarantined and have the code that would free them.
        let fleet = Fleet::seeded(300, jiff::Timestamp::now(), 7);
        assert!(fleet.rows().any(|row| row["quarantine_access_code"].is_string()));
        systems.ems.set_fleet(fleet.clone());
        systems.cloud.set_fleet(fleet);
        let bench = Self { systems, dir: tempfile::tempdir().unwrap(), shown: Vec::new() };
        bench.set_secrets("");
        std::fs::write(bench.file(), format!("{MARKER}-ems\n")).unwrap();
        bench
    }

    fn file(&self) -> std::path::PathBuf {
        self.dir.path().join("ems-password")
    }

    /// The secrets the systems know; with a suffix, the exporter's are wrong.
    fn set_secrets(&self, suffix: &str) {
        self.systems.fortimanager.set_account("exporter", &format!("{MARKER}-fmg{suffix}"));
        self.systems.fortimanager.set_api_token(&format!("{MARKER}-token{suffix}"));
        let forticloud = self.systems.fortimanager_cloud.forticloud();
        forticloud.set_account("demo-api-id", &format!("{MARKER}-fmg-cloud{suffix}"));
        self.systems.ems.set_account("exporter", &format!("{MARKER}-ems{suffix}"));
        self.systems.cloud.set_access_key("it@example.com", &format!("{MARKER}-cloud{suffix}"));
    }

    fn config(&self) -> String {
        let file = format!("password_file: {}", self.file().display());
        let fortimanager = self.systems.fortimanager();
        let by_token = fortimanager.config_with(&format!("api_token: {MARKER}-token"));
        let by_token = by_token.replace("fortimanagers:\n", "").replace("    username: exporter\n", "");
        [
            fortimanager.config_with(&format!("password: {MARKER}-fmg")),
            by_token.replace("name: fmg", "name: token"),
            self.systems.fortimanager_cloud().config_with(&format!("password: {MARKER}-fmg-cloud")),
            self.systems.ems().config_with(&file),
            self.systems.cloud().config_with(&format!("access_key: {MARKER}-cloud")),
        ]
        .concat()
    }

    fn show(&mut self, what: &str, text: String) {
        self.shown.push((what.to_owned(), text));
    }

    /// Looks for everything secret in everything shown.
    fn check(&self) {
        let mut secrets = vec![MARKER.to_owned(), "SECRET-CODE-".to_owned()];
        let in_cloud = &self.systems.fortimanager_cloud;
        let each = self.systems.each().map(|system| system.simulation);
        for system in each.into_iter().chain([in_cloud.forticloud(), in_cloud]) {
            let issued = system.issued_tokens();
            assert!(!issued.is_empty(), "{} has given out nothing", system.url());
            secrets.extend(issued);
        }
        for (what, text) in &self.shown {
            assert!(!text.is_empty(), "{what} is empty");
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{what} shows {secret}:\n{text}");
            }
        }
    }
}

async fn a_talkative_daemon_keeps_its_secrets(format: &str, generation: Generation) {
    let mut bench = Bench::new().await;
    bench.systems.fortimanager.set_generation(generation);
    let format = format!("--log.format={format}");
    let binary =
        Binary::start(&bench.config(), &["--config.file=CONFIG", "--log.level=trace", &format]).await;
    let names = ["fmg", "ems", "cloud"];
    let of = |metric: &str, name: &str| {
        format!("fortinet_exporter_collector_{metric}{{collector=\"license\",target=\"{name}\"}}")
    };

    let of_token = "fortinet_exporter_collector_success{collector=\"contracts\",target=\"token\"}";
    let of_cloud = of_token.replace("token", "fmg-cloud");
    let page = binary.metrics_when_ready().await;
    assert_eq!(page.get(&of_cloud), Some(1.0), "{}", page.0);
    assert_eq!(page.get(of_token), Some(1.0), "{}", page.0);
    assert!(names.iter().all(|name| page.get(&of("success", name)) == Some(1.0)), "{}", page.0);
    bench.show("/metrics after good polls", page.0);

    // Dead sessions, replaced; one system refuses the new one as well, with a redirect that carries
    // what must not be repeated.
    let token = bench.systems.fortimanager.issued_tokens()[0].clone();
    let away = Answer::redirect(&format!("/p/login/?session={token}&password={MARKER}"));
    bench.systems.fortimanager.override_path_times(bench.systems.fortimanager().page, away, 2);
    bench.systems.ems.kill_sessions();
    bench.systems.cloud.kill_sessions();
    bench.systems.fortimanager_cloud.kill_sessions();
    let failures = "fortinet_exporter_collector_failures_total{collector=\"license\",reason=\"http_status\",target=\"fmg\"}";
    let is_renewed = |page: &Exposition, name: &str| {
        page.get(&format!("fortinet_exporter_logins_total{{target=\"{name}\"}}")) == Some(2.0)
            && page.get(&of("success", name)) == Some(1.0)
    };
    let page = binary
        .metrics_when("new sessions after a failure", |page| {
            page.get(failures) == Some(1.0)
                && names.iter().all(|name| is_renewed(page, name))
                && page.get("fortinet_exporter_logins_total{target=\"fmg-cloud\"}") == Some(2.0)
        })
        .await;
    bench.show("/metrics after dead sessions", page.0);

    // Refusals: dead sessions again, and the secrets are no longer right. The page refused last
    // answers with a body that holds all that must not be repeated.
    bench.set_secrets("-changed");
    let body = json!({"password": MARKER, "session": token, "note": "kept to itself"});
    bench.systems.cloud.override_path(bench.systems.cloud().login, Answer::json(403, &body));
    let repeated = format!("no such token: {MARKER}-token");
    let status = json!({"code": -11, "message": repeated});
    let refusal = Answer::json(200, &json!({"result": [{"status": status}]}));
    bench.systems.fortimanager.override_path("/jsonrpc", refusal);
    // The session, and then the access token or the password, in the words of the refusal.
    let in_cloud = &bench.systems.fortimanager_cloud;
    let session = in_cloud.issued_tokens().last().unwrap().clone();
    let words = json!({"code": -6, "message": format!("no such session: {session}")});
    in_cloud.override_path("/jsonrpc", Answer::json(200, &json!({"result": [{"status": words}]})));
    let words = json!({"error": "no", "error_description": format!("no such password: {MARKER}-fmg-cloud")});
    in_cloud.forticloud().override_path("/api/v1/oauth/token/", Answer::json(400, &words));
    for system in bench.systems.each() {
        system.simulation.kill_sessions();
    }
    let page = binary
        .metrics_when("refused sign-ins", |page| {
            names.iter().all(|name| page.get(&of("success", name)) == Some(0.0))
                && page.get(of_token) == Some(0.0)
                && page.get(&of_cloud) == Some(0.0)
        })
        .await;
    bench.show("/metrics after refusals", page.0);
    bench.show("/", binary.get("/").await.text().await.unwrap());
    let cmdline = std::fs::read(format!("/proc/{}/cmdline", binary.pid())).unwrap();
    bench.show("the command line", String::from_utf8_lossy(&cmdline).into_owned());

    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0));
    // The log has all of it: requests, the dead sessions, and why the polls failed.
    assert!(finished.stderr.contains("debug") || finished.stderr.contains("DEBUG"), "{}", finished.stderr);
    for words in [
        "refused the sign-in",
        "a redirect (HTTP 302) to /p",
        "no such token: [redacted]",
        "no such password: [redacted]",
    ] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
    bench.show("the log", finished.stderr);
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_keeps_its_secrets_in_logfmt() {
    a_talkative_daemon_keeps_its_secrets("logfmt", Generation::OneStep).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_keeps_its_secrets_in_json() {
    a_talkative_daemon_keeps_its_secrets("json", Generation::TwoStep { token_at_login: true }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_keeps_its_secrets() {
    let mut bench = Bench::new().await;
    for (round, code) in [("good", 0), ("refused page", 1), ("refused sign-in", 1)] {
        for name in ["fmg", "token", "fmg-cloud", "ems", "cloud"] {
            let args = ["probe", name, "--config.file=CONFIG"];
            let finished = run(bench.config().as_bytes(), &args).await;
            assert_eq!(finished.code, Some(code), "{round}: {}", finished.stderr);
            bench.show(&format!("stdout of a probe of {name}, {round}"), finished.stdout);
            bench.show(&format!("stderr of a probe of {name}, {round}"), finished.stderr);
        }
        match round {
            "good" => {
                let body = json!({"result": MARKER, "session": MARKER});
                bench.systems.fortimanager.override_path("/jsonrpc", Answer::json(200, &body));
                bench.systems.fortimanager_cloud.override_path("/jsonrpc", Answer::json(200, &body));
                for system in bench.systems.each() {
                    let body = json!({"session": MARKER, "result": MARKER});
                    system.simulation.override_path(system.page, Answer::json(200, &body));
                }
            }
            _ => bench.set_secrets("-changed"),
        }
    }
    bench.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_configuration_keeps_its_secrets() {
    let good = format!(
        "fortimanagers:\n  - name: fmg\n    url: https://fmg.example.com\n    username: exporter\n    password: {MARKER}\n"
    );
    for (from, to) in [
        (format!("password: {MARKER}"), format!("password: [{MARKER}]")),
        (format!("password: {MARKER}"), format!("password: {{a: {MARKER}}}")),
        (format!("password: {MARKER}"), format!("password: \"{MARKER}")),
        (format!("password: {MARKER}"), format!("password: !x {MARKER}\n    password: {MARKER}")),
        (format!("password: {MARKER}"), format!("password_file: /nowhere\n    password: {MARKER}")),
        (format!("password: {MARKER}"), format!("api_token: [{MARKER}]")),
        (format!("password: {MARKER}"), format!("password: x\n    api_token_env: {MARKER}")),
        ("password".to_owned(), "passwrod".to_owned()),
        ("https://".to_owned(), format!("https://exporter:{MARKER}@")),
        ("https://".to_owned(), format!("https://{MARKER}:{MARKER}@@:")),
        ("username".to_owned(), format!("proxy_url: http://proxy:{MARKER}@proxy.example.com\n    username")),
        ("username: exporter".to_owned(), String::new()),
        ("    password".to_owned(), "\tpassword".to_owned()),
    ] {
        let config = good.replace(&from, &to);
        assert_ne!(config, good);
        let finished = run(config.as_bytes(), &["--config.check", "--config.file=CONFIG"]).await;
        assert_eq!(finished.code, Some(1), "{config}");
        assert!(!finished.stderr.is_empty());
        for text in [finished.stderr, finished.stdout] {
            assert!(!text.contains(MARKER), "{config}\n{text}");
        }
    }
}
