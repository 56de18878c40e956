//! What is written about the product is true.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use fortinet_exporter::catalogue;
use fortinet_exporter::observation::{Kind, LabelValues, Metric};
use reqwest::header::ACCEPT;

use crate::support::{Binary, openmetrics};

/// `docs/metrics.md`, generated from the definitions. To write it anew:
/// `UPDATE_GOLDEN=1 cargo test --test suite docs`.
#[test]
fn the_list_of_metrics_is_the_list_in_the_code() {
    let generated = metrics_md();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write("docs/metrics.md", &generated).unwrap();
    }
    let written = std::fs::read_to_string("docs/metrics.md").unwrap();
    assert!(written == generated, "docs/metrics.md is stale: UPDATE_GOLDEN=1 cargo test --test suite docs");
}

/// `docs/reliability.md` names the test of every promise: as `theme::name`, or by file.
#[test]
fn every_test_that_a_promise_names_exists() {
    let page = std::fs::read_to_string("docs/reliability.md").unwrap();
    let named = page.split('`').skip(1).step_by(2).filter_map(|code| code.rsplit_once("::"));
    let mut checked = 0;
    for (place, name) in named.filter(|(_, name)| *name != "name") {
        let file = if place.starts_with("src/") { place.to_owned() } else { file_of(place) };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(&format!("fn {name}()")), "{file} has no test {name}");
        checked += 1;
    }
    assert!(checked > 20, "only {checked} tests are named");
}

fn file_of(theme: &str) -> String {
    format!("tests/{}.rs", theme.replace("::", "/"))
}

/// Who is paged finds out what to do.
#[test]
fn every_alert_has_a_runbook_and_every_runbook_an_alert() {
    let rules = std::fs::read_to_string("deploy/prometheus/fortinet.rules.yml").unwrap();
    let mut alerts = BTreeSet::new();
    for rule in rules.split("- alert: ").skip(1) {
        let name = rule.lines().next().unwrap().trim();
        let url = rule.lines().find_map(|line| line.trim().strip_prefix("runbook_url: "));
        assert_eq!(url, Some(format!("docs/runbooks/{name}.md").as_str()), "{name}");
        alerts.insert(name.to_owned());
    }
    assert!(alerts.len() > 20, "only {} alerts were found", alerts.len());
    let overview = std::fs::read_to_string("docs/runbooks/README.md").unwrap();
    let mut books = BTreeSet::new();
    for file in std::fs::read_dir("docs/runbooks").unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name == "README" {
            continue;
        }
        let book = std::fs::read_to_string(&path).unwrap();
        let headings: Vec<&str> = book.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, ["## What it means", "## Check", "## Fix", "## Silence"], "{name}");
        let silences = |line: &str| line.starts_with("amtool silence add ") && line.contains("alertname=");
        assert!(book.lines().any(silences), "{name}: no line to silence it with");
        assert!(overview.contains(&format!("({name}.md)")), "{name} is not in the overview");
        books.insert(name);
    }
    assert_eq!(books, alerts);
}

fn metrics_md() -> String {
    let mut page = "\
# Metrics

Generated from the definitions in the code; a test fails when it is stale.

- Every value is from the target's last good poll, not from the scrape:
  `fortinet_exporter_collector_last_success_timestamp_seconds` tells how old it is. Numbers older than
  `stale_after` (three intervals, at least 15 minutes) vanish.
- A field that is missing or cannot be read is an absent series, never 0. What was there and could not be read
  is counted in `fortinet_exporter_unreadable_fields_total`, whose series appear when that first happens.
- FortiManager's and FortiAnalyzer's GB are 2^30 bytes. Their dates have no time; they are 00:00 UTC of the day, and the
  day itself is still covered.
- Days left, on the status page, in the boards and behind the alerts, are days until the end of the stated day; where
  they are whole, they are rounded down: `floor((fortimanager_license_expiry_timestamp_seconds + 86400 - time()) / 86400)`
  is 0 on the last day and -1 on the day after it. \"Within 30 days\" is said of what has not more than 30 left, unrounded.
- A target with `endpoints: summary` has of the `forticlient_ems_endpoints…` metrics what EMS counts itself:
  `forticlient_ems_endpoints`, `…_managed`, `…_online`, `…_on_fabric`, `…_quarantined`, `…_out_of_sync`, `…_vulnerable`,
  `…_client_outdated` and `…_av_signature_outdated`, each where this EMS can tell. The others, and
  `forticlient_ems_security_events`, are absent.
- No endpoint's host, user, IP or MAC address is ever a label. A managed device is one, by name or serial number, only
  with `device_series: true`.
- `license` is a contract code, such as AVEN (AntiVirus Engine) or NIDS (FortiGuard IPS), or a kind of seats of EMS, such
  as `epp`; `fortimanager_license_info` and `fortianalyzer_license_info` have the name of a code.
- By JSON-RPC a code may stand under several serial numbers, as of the members of a cluster: of each the contract that ends
  last counts, a renewal beside what it renews, and of these the one that ends first is told, which no other's may hide.
- A FortiAnalyzer has the names of a FortiManager with another prefix, not a label beside them: a sum or an alert over
  FortiManagers then never counts a FortiAnalyzer's devices, disk or logs, which are another thing. What is meant of both
  is written as `{__name__=~\"forti(manager|analyzer)_license_active\"}`.
- The label values that are known beforehand stand below the metrics of each system, with the name or API field that
  each stands for. All other labels hold what the system says, as texts or codes of its own.
"
    .to_owned();
    for section in catalogue::sections() {
        write!(page, "\n## {}\n\n", section.title).unwrap();
        if section.per_target {
            page.push_str("All of these have the label `target` beside those listed.\n\n");
        }
        page.push_str("| metric | type | labels | meaning | API field |\n|---|---|---|---|---|\n");
        for metric in section.metrics {
            page.push_str(&row(metric));
        }
        page.push_str("\n| label | of | values |\n|---|---|---|\n");
        for values in section.label_values {
            page.push_str(&values_row(&values));
        }
    }
    page.push_str(
        "\nThe usual `process_*` metrics (CPU, memory, file descriptors, start time, threads) come on top, unless\n`--web.disable-exporter-metrics` is given.\n",
    );
    page
}

fn row(metric: &Metric) -> String {
    let kind = match metric.kind {
        Kind::Gauge => "gauge",
        Kind::Counter => "counter",
    };
    let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
    let source = if metric.source.is_empty() { String::new() } else { format!("`{}`", metric.source) };
    format!("| `{}` | {kind} | {} | {} | {source} |\n", metric.name, labels.join(", "), metric.meaning)
}

/// Each value, and in brackets what it stands for.
fn values_row(values: &LabelValues) -> String {
    let LabelValues { metric, label, values, others } = values;
    let value = |(value, meaning): &(String, &str)| match *meaning {
        "" => format!("`{value}`"),
        meaning => format!("`{value}` ({meaning})"),
    };
    let mut texts: Vec<String> = values.iter().map(value).collect();
    texts.extend(others.map(str::to_owned));
    format!("| `{label}` | `{}` | {} |\n", metric.name, texts.join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_have_no_values_but_those_that_are_listed() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let page = demo.get_with("/metrics", &[(ACCEPT, "application/openmetrics-text")]).await;
    let families = openmetrics::families(&page.text().await.unwrap());
    let mut checked = 0;
    for values in catalogue::sections().into_iter().flat_map(|section| section.label_values) {
        let LabelValues { metric, label, values, others } = values;
        assert!(metric.labels.contains(&label), "{} has no label {label}", metric.name);
        let listed: BTreeSet<&str> = values.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(listed.len(), values.len(), "{} has a value twice", metric.name);
        // Nothing fails in the demo, so it does not have them all.
        let Some(family) = families.get(metric.name.trim_end_matches("_total")) else { continue };
        let found: BTreeSet<&str> = family.series.keys().map(|(_, labels)| labels[label].as_str()).collect();
        assert!(others.is_some() || found.is_subset(&listed), "{}: {found:?}", metric.name);
        assert!(!found.is_disjoint(&listed), "{}: {found:?}", metric.name);
        checked += 1;
    }
    assert!(checked >= 9, "only {checked} labels were checked");
}

#[test]
fn metric_names_carry_their_units_and_kinds() {
    for metric in catalogue::sections().iter().flat_map(|section| section.metrics) {
        let name = metric.name;
        assert_eq!(name.ends_with("_total"), metric.kind == Kind::Counter, "{name}");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()), "{name}");
        assert!(metric.meaning.ends_with('.') && !metric.meaning.contains('|'), "{name}: {}", metric.meaning);
    }
}

#[test]
fn the_readme_has_the_two_commands_and_names_what_exists() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(readme.contains("cargo run --release -- demo"));
    assert!(readme.contains("./tests/run"));
    for link in readme.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
        if !link.starts_with("http") && !link.is_empty() {
            assert!(std::path::Path::new(link).exists(), "README.md links to {link}, which is not there");
        }
    }
}

#[tokio::test]
async fn the_example_configuration_is_accepted() {
    let example = std::fs::read_to_string("deploy/fortinet-exporter.example.yml").unwrap();
    // Its secret files and CA are the operator's: stand-ins take their place.
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "stand-in\n").unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, fortinet_exporter::simulator::Certificate::generate().unwrap().ca_pem()).unwrap();
    let stand_in = |line: &str| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let (key, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        let path = match key {
            "password_file" | "access_key_file" | "api_token_file" => &secret,
            "ca_file" => &ca,
            _ => return None,
        };
        Some(format!("{indent}{key}: {}", path.display()))
    };
    let config: String =
        example.lines().map(|line| stand_in(line).unwrap_or(line.to_owned()) + "\n").collect();
    let check = crate::support::run(config.as_bytes(), &["--config.check", "--config.file=CONFIG"]).await;
    assert_eq!((check.code, check.stdout.as_str()), (Some(0), "ok, 7 targets\n"), "{}", check.stderr);
}

/// The promise of docs/stability.md is about what is written there.
#[test]
fn every_flag_and_command_is_documented() {
    use clap::CommandFactory as _;
    let page = std::fs::read_to_string("docs/configuration.md").unwrap();
    let command = fortinet_exporter::cli::Cli::command();
    let flags = command.get_arguments().filter_map(|argument| argument.get_long());
    let flags: Vec<String> = flags.map(|flag| format!("| `--{flag}` |")).collect();
    assert!(flags.len() > 10, "only {} flags were found", flags.len());
    let commands = command.get_subcommands().filter(|command| command.get_name() != "serve");
    let commands = commands.map(|command| format!("| `fortinet-exporter {}", command.get_name()));
    for row in flags.into_iter().chain(commands) {
        assert!(page.contains(&row), "docs/configuration.md has no row that begins with {row}");
    }
}

/// Whoever adds a payload says which release it is of, and how sure that is.
#[test]
fn every_payload_and_capture_is_in_the_support_matrix() {
    let page = std::fs::read_to_string("docs/support-matrix.md").unwrap();
    let names = |folder: &str| -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        files.map(|name| name.into_string().unwrap()).collect()
    };
    let mut payloads = names("tests/fixtures");
    payloads.retain(|name| name.ends_with(".json"));
    payloads.extend(names("tests/fixtures/captures"));
    assert!(payloads.len() >= 8, "{payloads:?}");
    for name in payloads {
        assert!(page.contains(&format!("| `{name}` |")), "docs/support-matrix.md has no row for {name}");
    }
}
