//! The system's clock steps by a day, forwards and backwards, while the
//! process runs: it is for people to read, and times nothing.

use std::path::{Path, PathBuf};

use fortinet_exporter::simulator::Answer;

use crate::support::{Binary, Exposition, Systems};

/// A day, in seconds.
const DAY: f64 = 86_400.0;

/// libfaketime, which gives a process the time that stands in a file.
fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().map(|folder| folder.unwrap().path());
    let libraries = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    libraries.into_iter().find(|library| library.exists()).expect("the package faketime is installed")
}

fn set_clock(file: &Path, offset: &str) {
    // In one step: the process may read at any time.
    let new = file.with_extension("new");
    std::fs::write(&new, offset).unwrap();
    std::fs::rename(new, file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_by_a_day_changes_nothing() {
    let systems = Systems::start_plain().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("offset");
    set_clock(&file, "+0d");
    let environment = [
        ("LD_PRELOAD", library()),
        ("FAKETIME_TIMESTAMP_FILE", file.clone()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
    ];
    let binary = Binary::start_in(&systems.config(), &["--config.file=CONFIG"], &environment).await;
    binary.metrics_when_ready().await;
    // Its numbers are seconds old, and stay so whatever the clock says.
    let failing = systems.cloud();
    for page in failing.pages() {
        failing.simulation.override_path(&page, Answer::status(500));
    }
    let failed = format!("forticlient_ems_up{{target=\"{}\"}}", failing.name);
    binary.metrics_when("a failed poll", |page| page.get(&failed) == Some(0.0)).await;
    let polled = [systems.fortimanager(), systems.ems()];
    for (offset, days) in [("+1d", 1.0), ("-1d", -1.0), ("+0d", 0.0)] {
        set_clock(&file, offset);
        // Three good polls of every target by the new clock; each is 1 s after the one before.
        let shows = |page: &Exposition, series: &str, name: &str| {
            page.get(&format!(
                "fortinet_exporter_collector_{series}{{collector=\"license\",target=\"{name}\"}}"
            ))
        };
        let before = binary.metrics().await;
        let page = binary
            .metrics_when("three more polls of every target", |page| {
                polled.iter().all(|system| {
                    let polls = |page| shows(page, "polls_total", system.name).unwrap();
                    polls(page) >= polls(&before) + 3.0
                })
            })
            .await;
        let now = jiff::Timestamp::now().as_second() as f64;
        for system in &polled {
            let words = format!("{} at {offset}", system.name);
            let last = shows(&page, "last_success_timestamp_seconds", system.name).unwrap();
            assert!((last - now - days * DAY).abs() < DAY / 2.0, "{words}: {last}, {now}");
            assert_eq!(shows(&page, "success", system.name), Some(1.0), "{words}");
            assert_eq!(system.simulation.logins(), 1, "{words}");
            let duration = shows(&page, "duration_seconds", system.name).unwrap();
            assert!((0.0..DAY / 2.0).contains(&duration), "{words}: {duration}");
        }
        assert_eq!(page.get(&failed), Some(0.0), "{offset}");
        for (data, targets) in [("fortimanager_devices_used{", 1), ("forticlient_ems_endpoints{", 2)] {
            assert_eq!(page.series(data).len(), targets, "{data} at {offset}");
        }
        // Of what was polled since, the ages are of seconds.
        let status = binary.get("/").await.text().await.unwrap();
        for system in &polled {
            let name = format!("<span class=\"name\">{}<", system.name);
            let row = status.split("<tr>").find(|row| row.contains(&name)).unwrap();
            let ages = row.split("Numbers from\">").nth(1).unwrap().split("</td>").next().unwrap();
            assert!(ages.contains(" s ago") && !ages.contains(" day"), "{offset}: {ages}");
        }
    }
    assert_eq!(binary.terminate().await.code, Some(0));
    for system in systems.each() {
        assert_eq!(system.simulation.open_sessions(), 0, "{}", system.name);
    }
}
