//! The status page: every target with the age of its numbers and its last
//! error, and what expires next.

use std::time::{Duration, SystemTime};

use maud::{DOCTYPE, Markup, html};

use crate::observation::{CollectorState, Store, TargetState, seconds};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}\
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8885}\
.bad{font-weight:600;color:light-dark(#a40000,#ff8a80)}\
.soon{font-weight:600;color:light-dark(#8a5a00,#ffcc66)}\
pre{white-space:pre-wrap}\
small{opacity:.8}";

/// A metric of this name ending has instants at which something ends.
const EXPIRY: &str = "_license_expiry_timestamp_seconds";
const DAY: f64 = 86_400.0;

/// The page as HTML.
pub(super) fn page(store: &Store, telemetry_path: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "fortinet-exporter" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { "fortinet-exporter " small { (env!("CARGO_PKG_VERSION")) } }
                p {
                    a href=(telemetry_path) { "Metrics" } " · "
                    a href="/-/ready" { "Ready?" } " · "
                    a href="/-/healthy" { "Healthy?" }
                }
                @if let Some(problem) = store.configuration_problem() {
                    p.bad { "The configuration file was refused; the one before is in force." }
                    pre { (problem) }
                }
                h2 { "Targets" }
                (targets(store))
                h2 { "Contracts by days left" }
                (contracts(store))
            }
        }
    };
    page.into_string()
}

fn targets(store: &Store) -> Markup {
    html! {
        table {
            thead { tr { th { "Target" } th { "System" } th { "Collector" } th { "Numbers from" } th { "Last poll" } } }
            tbody {
                @for target in store.targets().iter() {
                    @for collector in &target.collectors {
                        tr {
                            td { (target.name) br; small { (target.url) } }
                            td { (target.system) }
                            td { (collector.name) }
                            (numbers(target, collector))
                            (last_poll(collector))
                        }
                    }
                }
            }
        }
    }
}

fn numbers(target: &TargetState, collector: &CollectorState) -> Markup {
    let observation = collector.observation();
    let is_shown = collector.fresh(target.stale_after).is_some();
    html! {
        @match observation {
            None => td { "none yet" },
            Some(observation) if is_shown => td { (ago(observation.at)) },
            Some(observation) => td.bad { "no longer shown: from " (ago(observation.at)) },
        }
    }
}

fn last_poll(collector: &CollectorState) -> Markup {
    let outcome = collector.outcome();
    let failure =
        outcome.as_ref().and_then(|outcome| outcome.failure.clone().map(|failure| (failure, outcome.at)));
    html! {
        @match (&outcome, failure) {
            (None, _) => td { "not yet" },
            (Some(outcome), None) => td { "ok, " (ago(outcome.at)) },
            (_, Some((failure, at))) => td {
                span.bad { "failed (" (failure.reason) ")" } ", " (ago(at)) br;
                (failure.message) br;
                small { (failure.hint) }
            },
        }
    }
}

fn contracts(store: &Store) -> Markup {
    let now = seconds(SystemTime::now());
    let mut rows: Vec<(f64, &str, String)> = Vec::new();
    let targets = store.targets();
    for target in targets.iter() {
        for collector in &target.collectors {
            let Some(observation) = collector.fresh(target.stale_after) else { continue };
            for sample in observation.samples.iter().filter(|sample| sample.metric.name.ends_with(EXPIRY)) {
                rows.push((sample.value, &target.name, sample.labels.join(" ")));
            }
        }
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    html! {
        @if rows.is_empty() {
            p { "No contract is known yet." }
        } @else {
            table {
                thead { tr { th { "Contract" } th { "Target" } th { "Ends" } th { "Days left" } } }
                tbody {
                    @for (expiry, target, contract) in &rows {
                        tr {
                            td { (contract) }
                            td { (target) }
                            td { (date(*expiry)) }
                            (days_left(*expiry - now))
                        }
                    }
                }
            }
        }
    }
}

/// The stated day is still covered, so it has 0 days left, not less.
fn days_left(seconds: f64) -> Markup {
    let days = (seconds / DAY).ceil() as i64;
    html! {
        @if days < 0 {
            td.bad { "expired " (-days) " days ago" }
        } @else if days <= 30 {
            td.soon { (days) " days – expires soon" }
        } @else {
            td { (days) " days" }
        }
    }
}

fn date(expiry: f64) -> String {
    let timestamp = jiff::Timestamp::from_second(expiry as i64);
    timestamp.map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

fn ago(at: SystemTime) -> String {
    let age = SystemTime::now().duration_since(at).unwrap_or_default();
    format!("{} ago", humantime::format_duration(Duration::from_secs(age.as_secs())))
}
