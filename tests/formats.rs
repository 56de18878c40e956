//! The page in each format and compression: the same numbers, whoever asks.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fortinet_exporter::exposition::{Coding, Format, Page};
use fortinet_exporter::observation::{Failure, Kind, Metric, Samples, Store};
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::Reason;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, VARY};

use crate::support::{Binary, STUB, openmetrics};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0";

#[tokio::test(flavor = "multi_thread")]
async fn both_formats_say_the_same_and_openmetrics_is_strictly_so() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let text = demo.get_with("/metrics", &[(ACCEPT, "text/plain;version=0.0.4")]).await;
    let open = demo.get_with("/metrics", &[(ACCEPT, OPEN_METRICS)]).await;
    assert_eq!(text.headers()[CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(open.headers()[CONTENT_TYPE], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    for response in [&text, &open] {
        assert_eq!(response.headers()[VARY], "Accept, Accept-Encoding");
    }
    let (text, open) = (text.text().await.unwrap(), open.text().await.unwrap());
    let families = openmetrics::families(&open);

    assert_eq!(families["fortinet_exporter_logins"].kind, "counter");
    assert_eq!(families["fortimanager_license_info"].kind, "gauge");
    assert_eq!(families["process_cpu_seconds"].unit.as_deref(), Some("seconds"));
    assert_eq!(families["fortimanager_disk_used_bytes"].unit.as_deref(), Some("bytes"));
    assert_eq!(families["fortimanager_devices_used"].unit, None);
    assert!(!families["fortimanager_devices_used"].help.is_empty());

    // Polls and scrapes go on meanwhile, so not each value is the same, but every series is there.
    let names = |page: &str| -> BTreeSet<String> {
        let lines = page.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
    };
    assert_eq!(names(&text), names(&open));
    assert_eq!(names(&open).len(), families.values().map(|family| family.series.len()).sum::<usize>());
}

static TEXTS: Metric = Metric {
    name: "test_texts_info",
    kind: Kind::Gauge,
    labels: &["a", "b"],
    meaning: "A \"text\" with a \\ and\na second line.",
    source: "",
};
static COUNTED: Metric =
    Metric { name: "test_counted_total", kind: Kind::Counter, labels: &[], meaning: "Counted.", source: "" };

#[tokio::test]
async fn whatever_stands_in_a_label_or_a_help_text_is_read_again_as_it_was() {
    let texts =
        ["\"quoted\"", "back\\slash\\", "two\nlines", "{a=\"b\"} 1 # EOF", "größe 漢字 \u{1F600}", ""];
    let store = Store::new();
    let state = store.target("t", &STUB, String::new(), Duration::from_secs(60), ["c"]);
    let mut samples = Samples::default();
    for text in texts {
        samples.push(&TEXTS, &[text, "b"], 0.1);
    }
    samples.push(&COUNTED, &[], 1e300);
    state.record(0, Ok(samples));
    store.set_targets(vec![state]);
    let page = Page::new(Arc::new(store), Arc::new(OwnMetrics::new(false).unwrap()));
    let text = page.render(Format::OpenMetrics, Coding::Identity).await.unwrap().concat();
    let families = openmetrics::families(std::str::from_utf8(&text).unwrap());

    assert_eq!(families["test_texts_info"].help, TEXTS.meaning);
    let read: BTreeSet<&str> = families["test_texts_info"]
        .series
        .keys()
        .map(|(_, labels)| labels.get("a").map_or("", String::as_str))
        .collect();
    assert_eq!(read, BTreeSet::from(texts));
    let counted = ("test_counted_total".to_owned(), BTreeMap::from([("target".to_owned(), "t".to_owned())]));
    assert_eq!(families["test_counted"].series[&counted], 1e300);
}

/// With the tools that people have: curl's own decoders, gzip, zstd.
#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_page_is_read_to_its_end_by_curl_gzip_and_zstd() {
    let demo = Binary::start("", &["demo"]).await;
    demo.metrics_when_ready().await;
    let url = format!("{}/metrics", demo.base());
    for (coding, tool) in [("gzip", "gzip"), ("zstd", "zstd")] {
        let response = demo.get_with("/metrics", &[(ACCEPT_ENCODING, coding)]).await;
        assert_eq!(response.headers()["content-encoding"], coding);
        let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
        let sent = response.bytes().await.unwrap();
        assert_eq!(length, sent.len());
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("page");
        std::fs::write(&file, &sent).unwrap();
        let input = std::fs::File::open(&file).unwrap();
        let unpacked = Command::new(tool).arg("-dc").stdin(input).output().unwrap();
        assert!(unpacked.status.success() && unpacked.stderr.is_empty(), "{unpacked:?}");
        whole(&unpacked.stdout);
        assert!(sent.len() * 4 < unpacked.stdout.len(), "{} of {}", sent.len(), unpacked.stdout.len());

        let accept = format!("Accept-Encoding: {coding}");
        let curl = Command::new("curl")
            .args(["-sS", "--noproxy", "*", "--compressed", "-H", &accept, &url])
            .output()
            .unwrap();
        assert!(curl.status.success(), "{}", String::from_utf8_lossy(&curl.stderr));
        whole(&curl.stdout);
    }
    let plain = demo.get_with("/metrics", &[(ACCEPT_ENCODING, "br, gzip;q=0")]).await;
    assert!(!plain.headers().contains_key("content-encoding"));
    whole(&plain.bytes().await.unwrap());
}

/// From the first family to the last of the exporter's own.
fn whole(page: &[u8]) {
    let page = std::str::from_utf8(page).unwrap();
    assert!(page.starts_with("# HELP fortianalyzer_"), "{page:.100}");
    assert!(page.lines().last().unwrap().starts_with("process_"), "{page}");
}

#[tokio::test]
async fn a_page_is_kept_until_something_changes_and_then_shows_it_in_every_form() {
    let store = Arc::new(Store::new());
    let state = store.target("t", &STUB, String::new(), Duration::from_secs(60), ["c"]);
    store.set_targets(vec![Arc::clone(&state)]);
    let own = Arc::new(OwnMetrics::new(false).unwrap());
    let target = own.target("t", Duration::from_secs(60), false);
    let metrics = target.collector("c");
    let page = Page::new(store, Arc::clone(&own));
    let read = async |format, coding| unpacked(page.render(format, coding).await.unwrap().concat(), coding);
    let forms = [Format::Text, Format::OpenMetrics]
        .into_iter()
        .flat_map(|format| [Coding::Identity, Coding::Gzip, Coding::Zstd].map(|coding| (format, coding)));
    for round in 1..4 {
        metrics.begun();
        let mut samples = Samples::default();
        samples.push(&COUNTED, &[], f64::from(round));
        state.record(0, Ok(samples));
        for (format, coding) in forms.clone() {
            let page = read(format, coding).await;
            for line in [
                format!("test_counted_total{{target=\"t\"}} {round}\n"),
                format!("fortinet_exporter_collector_polls_total{{collector=\"c\",target=\"t\"}} {round}\n"),
                "test_up{target=\"t\"} 1\n".to_owned(),
            ] {
                assert!(page.contains(&line), "no {line}in {format:?} {coding:?}:\n{page}");
            }
        }
        // Nothing has changed since: what there is of targets is the same piece of memory.
        for (format, coding) in forms.clone() {
            let pages =
                [page.render(format, coding).await.unwrap(), page.render(format, coding).await.unwrap()];
            let header = usize::from(coding == Coding::Gzip);
            let [first, second] = pages.each_ref().map(|pieces| {
                pieces[header..header + 2].iter().map(|piece| piece.as_ptr()).collect::<Vec<_>>()
            });
            assert_eq!(first, second, "{format:?} {coding:?}");
        }
    }
    drop((metrics, target));
    own.config.refused();
    let last = read(Format::Text, Coding::Gzip).await;
    assert!(!last.contains("collector_polls_total") && last.contains("config_last_reload_successful 0\n"));
}

static CHANGING: Metric =
    Metric { name: "test_changing", kind: Kind::Gauge, labels: &["x"], meaning: "Changes.", source: "" };

/// The text of a page in the form of one coding.
fn unpacked(sent: Vec<u8>, coding: Coding) -> String {
    let mut text = Vec::new();
    match coding {
        Coding::Identity => text = sent,
        Coding::Gzip => {
            let mut decoder = flate2::read::GzDecoder::new(sent.as_slice());
            std::io::Read::read_to_end(&mut decoder, &mut text).unwrap();
            assert!(decoder.into_inner().is_empty());
        }
        Coding::Zstd => text = zstd::stream::decode_all(sent.as_slice()).unwrap(),
    }
    String::from_utf8(text).unwrap()
}

/// So many targets that the page is kept in blocks, of which each step changes a few: what is put
/// together from them is what would be written anew, in every form.
#[tokio::test(start_paused = true)]
async fn a_page_of_thousands_of_targets_is_true_after_every_change() {
    const COUNT: usize = 700;
    const STALE_AFTER: Duration = Duration::from_secs(100);
    let (store, own) = (Arc::new(Store::new()), Arc::new(OwnMetrics::new(false).unwrap()));
    let state = |number: usize| store.target(&format!("t{number}"), &STUB, String::new(), STALE_AFTER, ["c"]);
    let mut states: Vec<_> = (0..COUNT).map(state).collect();
    let handles: Vec<_> =
        (0..COUNT).map(|number| own.target(&format!("t{number}"), STALE_AFTER, false)).collect();
    let collectors: Vec<_> = handles.iter().map(|target| target.collector("c")).collect();
    store.set_targets(states.clone());
    let page = Page::new(Arc::clone(&store), Arc::clone(&own));
    let mut rng = fastrand::Rng::with_seed(7);
    for step in 0..60 {
        for _ in 0..rng.usize(0..5) {
            let number = rng.usize(0..states.len());
            collectors[number].begun();
            let failure = Failure {
                reason: "timeout",
                message: String::new(),
                hint: String::new(),
                next_sign_in: None,
            };
            let result = match rng.u8(0..4) {
                0 => Err(failure),
                _ => {
                    let mut samples = Samples::default();
                    samples.push(&COUNTED, &[], 1.0);
                    samples.push(&CHANGING, &[&rng.u8(0..3).to_string()], f64::from(rng.u8(0..3)));
                    Ok(samples)
                }
            };
            collectors[number].ended(Duration::from_millis(5), result.is_err().then_some(Reason::Timeout));
            states[number].record(0, result);
        }
        match step % 20 {
            7 => tokio::time::advance(STALE_AFTER / 3).await,
            9 => tokio::time::advance(Duration::from_secs(700)).await,
            // As a reload does: one goes, one comes, the others move up.
            13 => {
                states.remove(3);
                states.push(state(COUNT + step));
                store.set_targets(states.clone());
            }
            _ => {}
        }
        for format in [Format::Text, Format::OpenMetrics] {
            let fresh = Page::new(Arc::clone(&store), Arc::clone(&own));
            let expected = fresh.render(format, Coding::Identity).await.unwrap().concat();
            let expected = String::from_utf8(expected).unwrap();
            for coding in [Coding::Identity, Coding::Gzip, Coding::Zstd] {
                // Not each form is asked for each time.
                if rng.bool() {
                    let sent = page.render(format, coding).await.unwrap().concat();
                    assert!(unpacked(sent, coding) == expected, "step {step}: {format:?} {coding:?}");
                }
            }
        }
    }
    let text = unpacked(page.render(Format::Text, Coding::Gzip).await.unwrap().concat(), Coding::Gzip);
    for metric in ["test_up", "test_changing", "fortinet_exporter_collector_failures_total"] {
        assert_eq!(text.matches(&format!("# TYPE {metric} ")).count(), 1, "{metric}");
        let lines: Vec<usize> = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.starts_with(&format!("{metric}{{")))
            .map(|(number, _)| number)
            .collect();
        assert!(!lines.is_empty());
        assert_eq!(lines[lines.len() - 1] - lines[0] + 1, lines.len(), "{metric} stands in one place");
    }
}
