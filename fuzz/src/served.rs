//! A poll's findings on their way to Prometheus.

use std::collections::BTreeMap;
use std::time::Duration;

use fortinet_exporter::exposition::of_target;
use fortinet_exporter::observation::{Sample, Store, System};
use fortinet_exporter::poll::Findings;

use crate::exposition::{Series, series};

/// Serves the findings, reads the page again, and gives back what was in them.
pub fn served(findings: Findings, system: &'static System) -> Vec<Sample> {
    assert!(findings.unreadable.iter().all(|(field, count)| !field.is_empty() && count > 0));
    let store = Store::new();
    let state = store.target("fuzz", system, String::new(), Duration::from_secs(3600), ["collector"]);
    state.record(0, Ok(findings.samples));
    let samples = state.collectors[0].observation().expect("it was recorded").samples.clone();

    let mut expected: BTreeMap<Series, f64> = BTreeMap::new();
    for Sample { metric, labels, value } in &samples {
        assert!(value.is_finite() && value.is_sign_positive(), "{} is {value}", metric.name);
        assert_eq!(metric.labels.len(), labels.len(), "{}", metric.name);
        for label in labels.iter() {
            assert!(!label.contains(char::is_control) && label.chars().count() <= 128, "{label:?}");
        }
        // An empty label is no label.
        let labels = metric.labels.iter().zip(labels.iter()).filter(|(_, value)| !value.is_empty());
        let labels = labels.map(|(name, value)| ((*name).to_owned(), value.clone()));
        let named = (metric.name.to_owned(), labels.chain([target()]).collect());
        assert_eq!(expected.insert(named, *value), None, "two values for one series of {}", metric.name);
    }
    expected.insert((system.up.name.to_owned(), [target()].into()), 1.0);

    let page = of_target(&state);
    assert_eq!(series(std::str::from_utf8(&page).expect("a page is UTF-8")), expected);
    samples
}

fn target() -> (String, String) {
    ("target".to_owned(), "fuzz".to_owned())
}
