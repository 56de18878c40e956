//! Every query of every board, asked of a real Prometheus with the demo
//! behind it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Binary, Prometheus};

fn read(path: &str) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    // JSON is YAML, too.
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn boards() -> Vec<Value> {
    let files = std::fs::read_dir("dashboards").unwrap();
    let mut paths: Vec<String> =
        files.map(|file| file.unwrap().path().to_str().unwrap().to_owned()).collect();
    paths.retain(|path| path.ends_with(".json"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// What has nothing to show of a demo that has just begun, each with the reason.
const MAY_BE_EMPTY: &str = "dashboards/may-be-empty.yml";

/// A board's uid, a panel's title and the letter of one of its queries.
type Query = [String; 3];

fn may_be_empty() -> BTreeSet<Query> {
    let list = read(MAY_BE_EMPTY);
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let query = |entry: &Value| {
        assert!(text(entry, "reason").len() > 20, "{entry}");
        ["board", "panel", "query"].map(|key| text(entry, key))
    };
    list.as_array().unwrap().iter().map(query).collect()
}

/// The panels that ask something, also those inside a collapsed row.
fn panels(board: &Value) -> Vec<&Value> {
    let top = board["panels"].as_array().unwrap();
    let inside = top.iter().filter_map(|panel| panel["panels"].as_array()).flatten();
    top.iter().chain(inside).filter(|panel| panel["targets"].is_array()).collect()
}

/// As Grafana would send it with All chosen everywhere.
fn filled_in(query: &str) -> String {
    [
        ("$__rate_interval", "30s"),
        ("$__interval", "5s"),
        ("$__range", "1m"),
        ("$job", ".+"),
        ("$target", ".+"),
    ]
    .iter()
    .fold(query.to_owned(), |query, (name, value)| query.replace(name, value))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_panel_shows_something_of_the_demo() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let prometheus = Prometheus::scraping(demo.address());
    let mut left = may_be_empty();
    let mut asked = 0;
    for board in boards() {
        let uid = board["uid"].as_str().unwrap();
        for panel in panels(&board) {
            let title = panel["title"].as_str().unwrap();
            for target in panel["targets"].as_array().unwrap() {
                let query = filled_in(target["expr"].as_str().unwrap());
                let letter = target["refId"].as_str().unwrap();
                asked += 1;
                if left.remove(&[uid, title, letter].map(str::to_owned)) {
                    assert!(prometheus.now(&query).await.is_some(), "{uid}, {title}: an error for {query}");
                } else {
                    prometheus.query(&query).await;
                }
            }
        }
        for variable in board["templating"]["list"].as_array().unwrap() {
            if let Some(definition) = variable["definition"].as_str() {
                let inside = definition.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
                let (series, label) = inside.unwrap().rsplit_once(", ").unwrap();
                let query = format!("count by ({label}) ({})", filled_in(series));
                prometheus.query(&query).await;
            }
        }
    }
    assert!(asked > 80, "only {asked} queries were found");
    assert_eq!(left, BTreeSet::new(), "listed in {MAY_BE_EMPTY}, but on no board");
}
