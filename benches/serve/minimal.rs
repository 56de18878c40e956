//! The usual way in Rust: gauges in a registry, gathered and encoded at each
//! scrape. This executable once more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use prometheus::{Encoder as _, GaugeVec, Opts, Registry, TextEncoder};

use crate::Result;
use crate::process::{Process, free_address};

pub(crate) async fn start(page: &Path) -> Result<Process> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--minimal").arg(page).arg("--listen").arg(address.to_string());
    Process::start(&mut command, address, "/metrics").await
}

/// Is that server, with the series of a page.
pub(crate) async fn play(page: &Path, address: &str) -> Result<()> {
    let registry = Arc::new(Registry::new());
    for (name, series) in read(&std::fs::read_to_string(page)?) {
        let labels: BTreeSet<&str> = series.iter().flat_map(|(labels, _)| labels.keys().copied()).collect();
        let labels: Vec<&str> = labels.into_iter().collect();
        let family = GaugeVec::new(Opts::new(name, "Help."), &labels)?;
        for (values, value) in &series {
            let values: Vec<&str> = labels.iter().map(|label| *values.get(label).unwrap_or(&"")).collect();
            family.with_label_values(&values).set(*value);
        }
        registry.register(Box::new(family))?;
    }
    let metrics = || async move {
        let mut text = Vec::new();
        let encoded = TextEncoder::new().encode(&registry.gather(), &mut text);
        encoded.map(|()| text).map_err(|error| error.to_string())
    };
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, Router::new().route("/metrics", get(metrics))).await?;
    Ok(())
}

type Family<'a> = Vec<(BTreeMap<&'a str, &'a str>, f64)>;

/// Good enough for our own page: no label value of the simulated systems has a quote in it.
fn read(page: &str) -> BTreeMap<&str, Family<'_>> {
    let mut families: BTreeMap<&str, Family<'_>> = BTreeMap::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let Some((series, value)) = line.rsplit_once(' ') else { continue };
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels = labels.trim_end_matches('}').split("\",").filter_map(|label| label.split_once("=\""));
        let labels = labels.map(|(label, value)| (label, value.trim_end_matches('"'))).collect();
        families.entry(name).or_default().push((labels, value.parse().unwrap_or_default()));
    }
    families
}
