//! Reading the configuration again, by SIGHUP and `POST /-/reload`: only what
//! it changes is touched, and a file that is refused changes nothing.

use std::time::Duration;

use fortinet_exporter::simulator::{Answer, Simulation};
use reqwest::Method;

use crate::support::{Binary, Exposition, System, Systems, until};

const RELOADED: &str = "fortinet_exporter_config_last_reload_successful";

fn of(metric: &str, system: &System<'_>) -> String {
    format!("{metric}{{collector=\"license\",target=\"{}\"}}", system.name)
}

fn polls(page: &Exposition, system: &System<'_>) -> Option<f64> {
    page.get(&of("fortinet_exporter_collector_polls_total", system))
}

fn up(page: &Exposition, system: &System<'_>) -> Option<f64> {
    let prefix = if system.name == "fmg" { "fortimanager" } else { "forticlient_ems" };
    page.get(&format!("{prefix}_up{{target=\"{}\"}}", system.name))
}

/// Replaces the configuration, and waits for the log to say so.
async fn hang_up(binary: &Binary, config: &str, log: &str) {
    let before = binary.log().matches(log).count();
    binary.write_config(config);
    binary.signal("HUP");
    until(log, async || (binary.log().matches(log).count() > before).then_some(())).await;
}

async fn post(binary: &Binary, config: &str) -> (u16, String) {
    binary.write_config(config);
    let response = binary.send(Method::POST, "/-/reload").await;
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_target_keeps_its_session_and_all_others_are_signed_out_of() {
    let systems = Systems::start().await;
    let other = Systems::start().await;
    let [fmg, ems, cloud] = systems.each();
    let binary = Binary::serve(&systems.config()).await;
    binary.metrics_when_ready().await;

    // The EMS gets other settings, the cloud goes, a FortiManager comes.
    let added = other.fortimanager().config_named("fmg-2");
    let changed = ems.config().replace("interval: 1s", "interval: 2s");
    let config = [fmg.config(), added.replace("fortimanagers:\n", ""), changed].concat();
    hang_up(&binary, &config, "added=1 changed=1 removed=1 unchanged=1").await;

    // Nothing of the system that is gone is left, and numbers that are still true have no gap.
    let page = binary.metrics().await;
    assert_eq!(page.get("forticlient_ems_endpoints{target=\"ems\"}"), Some(30.0));
    assert_eq!((up(&page, &fmg), up(&page, &ems)), (Some(1.0), Some(1.0)));
    binary.metrics_when("the cloud to be gone", |page| !page.0.contains("target=\"cloud\"")).await;
    until("signing out", async || (cloud.simulation.open_sessions() == 0).then_some(())).await;
    let requests = cloud.simulation.requests().len();

    let (before_fmg, before_ems) = (polls(&page, &fmg), polls(&page, &ems));
    binary
        .metrics_when("polls of the others", |page| {
            polls(page, &fmg) >= before_fmg.map(|polls| polls + 3.0)
                && polls(page, &ems) >= before_ems.map(|polls| polls + 2.0)
                && page.get("fortimanager_up{target=\"fmg-2\"}") == Some(1.0)
        })
        .await;
    assert_eq!((fmg.simulation.logins(), fmg.simulation.logouts()), (1, 0), "its session was kept");
    assert_eq!((ems.simulation.logins(), ems.simulation.logouts()), (2, 1), "one session each");
    assert_eq!(cloud.simulation.requests().len(), requests, "nothing polls the cloud");

    // What was removed can come back.
    hang_up(&binary, &systems.config(), "added=1 changed=1 removed=1 unchanged=1").await;
    binary.metrics_when("the cloud to be back", |page| up(page, &cloud) == Some(1.0)).await;
    assert_eq!((fmg.simulation.logins(), cloud.simulation.logins()), (1, 2));
    assert_eq!(binary.terminate().await.code, Some(0));
    for system in systems.each().into_iter().chain(other.each()) {
        let simulation = system.simulation;
        assert_eq!(simulation.open_sessions(), 0, "{}", system.name);
        assert!(simulation.most_sessions_open() <= 1, "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_another_system_are_not_taken_over() {
    let systems = Systems::start().await;
    let other = Systems::start().await;
    let slow = Answer::html(503, "starting").delay(Duration::from_secs(60));
    other.fortimanager.override_path("/", slow);
    let fmg = systems.fortimanager();
    let binary = Binary::serve(&fmg.config()).await;
    let page = binary.metrics_when_ready().await;
    assert_eq!(up(&page, &fmg), Some(1.0));
    hang_up(&binary, &other.fortimanager().config(), "changed=1").await;
    let page = binary.metrics().await;
    assert_eq!(page.series("fortimanager_"), Vec::<&str>::new());
    for metric in ["success", "duration_seconds", "last_success_timestamp_seconds"] {
        assert_eq!(page.get(&of(&format!("fortinet_exporter_collector_{metric}"), &fmg)), None, "{metric}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_hangs_while_it_is_signed_out_of_holds_up_only_its_own_successor() {
    let systems = Systems::start().await;
    let [fmg, ems, _] = systems.each();
    let config = [fmg.config(), ems.config()].concat();
    let binary = Binary::serve(&config).await;
    binary.metrics_when_ready().await;
    ems.simulation.override_path("/api/v1/auth/signout", Answer::status(200).delay(Duration::from_secs(3)));
    let config = config.replace("interval: 1s", "interval: 1100ms");
    hang_up(&binary, &config, "changed=2").await;
    // Twice, so that one who waits is replaced by one who waits.
    hang_up(&binary, &config.replace("1100ms", "1200ms"), "changed=2").await;
    let logins = ems.simulation.logins();
    binary.metrics_when("polls of the FortiManager", |page| polls(page, &fmg) >= Some(4.0)).await;
    assert_eq!(ems.simulation.logins(), logins, "its predecessor is still signing out");
    // The simulator has not done what the override answered for, so the session is still there.
    ems.simulation.kill_sessions();
    until("the successor", async || (ems.simulation.logins() > logins).then_some(())).await;
    assert_eq!(ems.simulation.most_sessions_open(), 1);
    assert_eq!(fmg.simulation.most_sessions_open(), 1);
    ems.simulation.clear_overrides();
    assert_eq!(binary.terminate().await.code, Some(0));
    for system in [fmg, ems] {
        assert_eq!(system.simulation.open_sessions(), 0, "{}", system.name);
        assert_eq!(system.simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn renamed_and_swapped_targets_never_open_a_second_session() {
    let systems = Systems::start().await;
    let other = Systems::start().await;
    let (fmg, ems) = (systems.fortimanager(), systems.ems());
    let second = other.fortimanager();
    let config = |first: &str, then: &str| {
        let then = second.config_named(then).replace("fortimanagers:\n", "");
        [fmg.config_named(first), then].concat()
    };
    let binary = Binary::serve(&[config("a", "b"), ems.config()].concat()).await;
    binary.metrics_when_ready().await;
    let slow = Answer::status(500).delay(Duration::from_secs(2));
    let both = [fmg.simulation, second.simulation];
    both.iter().for_each(|simulation| simulation.override_path("/p/logout-api/", slow.clone()));
    let out = || both.iter().map(|simulation| simulation.logouts()).sum::<usize>();
    // Swapped, and then both renamed.
    for (round, (first, then)) in [("b", "a"), ("c", "d")].into_iter().enumerate() {
        hang_up(&binary, &[config(first, then), ems.config()].concat(), "configuration reloaded").await;
        until("both signed in anew", async || {
            both.iter().all(|simulation| simulation.logins() == round + 2).then_some(())
        })
        .await;
        assert_eq!(out(), 2 * (round + 1));
    }
    assert_eq!(both.map(Simulation::most_sessions_open), [1, 1]);
    assert_eq!(ems.simulation.logins(), 1, "nobody touched it");
    both.iter().for_each(|simulation| simulation.clear_overrides());
    assert_eq!(binary.terminate().await.code, Some(0));
    assert_eq!(both.map(Simulation::open_sessions), [0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_secret_is_not_tried_again_by_reloads() {
    let systems = Systems::start().await;
    let fmg = systems.fortimanager();
    let wrong = fmg.config_with("password: wrong");
    let binary = Binary::serve(&wrong).await;
    binary.metrics_when_ready().await;
    let polls = |name: &str| {
        format!("fortinet_exporter_collector_polls_total{{collector=\"license\",target=\"{name}\"}}")
    };
    for (config, polled) in [
        (wrong.replace("interval: 1s", "interval: 2s"), "fmg"),
        (wrong.replace("name: fmg", "name: renamed"), "renamed"),
        (systems.ems().config(), "ems"),
        (wrong.clone(), "fmg"),
    ] {
        let before = binary.metrics().await.get(&polls(polled)).unwrap_or_default();
        hang_up(&binary, &config, "configuration reloaded").await;
        binary.metrics_when("a poll", |page| page.get(&polls(polled)) > Some(before)).await;
    }
    assert_eq!(fmg.simulation.failed_logins(), 1);
    // Another secret is tried at once.
    hang_up(&binary, &fmg.config(), "configuration reloaded").await;
    binary.metrics_when("the right password to be taken", |page| up(page, &fmg) == Some(1.0)).await;
    assert_eq!((fmg.simulation.failed_logins(), fmg.simulation.logins()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_in_place_of_the_file_stops_neither_reloads_nor_the_end() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config()).await;
    binary.replace_config_by_a_pipe();
    binary.signal("HUP");
    until("the refusal", async || binary.log().contains("not a regular file").then_some(())).await;
    assert_eq!(binary.metrics().await.get(RELOADED), Some(0.0));
    binary.remove_config();
    hang_up(&binary, &systems.config(), "configuration reloaded").await;
    assert_eq!(binary.terminate().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_refused_changes_nothing_and_is_reported_everywhere() {
    let systems = Systems::start().await;
    let good = systems.config();
    let args = ["--config.file=CONFIG", "--web.enable-lifecycle"];
    let binary = Binary::start(&good, &args).await;
    binary.metrics_when_ready().await;
    let at = "fortinet_exporter_config_last_reload_success_timestamp_seconds";
    let accepted = binary.metrics().await.get(at);

    let bad = good.replace("username: exporter", "usrename: MARKER");
    let (status, text) = post(&binary, &bad).await;
    assert_eq!(status, 500);
    let log = until("the log to say so", async || {
        Some(binary.log()).filter(|log| log.contains("configuration not reloaded"))
    })
    .await;
    let status_page = binary.get("/").await.text().await.unwrap();
    for (what, report) in [("answer", &text), ("status page", &status_page), ("log", &log)] {
        for words in ["config.yml:", "usrename", "username"] {
            assert!(report.contains(words), "{words} is not in the {what}: {report}");
        }
        for value in ["MARKER", "demo-password", "demo-access-key"] {
            assert!(!report.contains(value), "{value} is in the {what}: {report}");
        }
    }
    let page = binary.metrics().await;
    assert_eq!((page.get(RELOADED), page.get(at)), (Some(0.0), accepted));
    let before = polls(&page, &systems.ems());
    let rhythm = |page: &Exposition| polls(page, &systems.ems()) >= before.map(|polls| polls + 2.0);
    binary.metrics_when("polls to go on", rhythm).await;

    // The same by signal, for a file that is empty.
    hang_up(&binary, "", "configuration not reloaded").await;
    assert_eq!(binary.metrics().await.get(RELOADED), Some(0.0));

    let (status, text) = post(&binary, &good).await;
    assert_eq!((status, text.as_str()), (200, "configuration reloaded\n"));
    let page = binary.metrics().await;
    assert_eq!(page.get(RELOADED), Some(1.0));
    assert!(page.get(at) > accepted);
    assert!(!binary.get("/").await.text().await.unwrap().contains("usrename"));
    for system in systems.each() {
        assert_eq!(system.simulation.logins(), 1, "{}", system.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reloading_over_http_wants_its_flag_and_a_post() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config()).await;
    let (status, text) = post(&binary, &systems.config()).await;
    assert_eq!(status, 403);
    assert!(text.contains("--web.enable-lifecycle"), "{text}");
    assert_eq!(binary.get("/-/reload").await.status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn reloads_and_the_end_while_sessions_die_leave_no_session_and_never_open_two() {
    let systems = Systems::start().await;
    let [fmg, ems, cloud] = systems.each();
    let binary = Binary::serve(&systems.config()).await;
    let mut page = binary.metrics_when_ready().await;
    for round in 0..6 {
        for system in systems.each() {
            system.simulation.kill_sessions();
        }
        // The EMS changes each time, the cloud comes and goes, the FortiManager stays.
        let changed = ems.config().replace("interval: 1s", &format!("interval: {}ms", 1001 + round));
        let mut config = [fmg.config(), changed].concat();
        if round % 2 == 1 {
            config += &cloud.config();
        }
        hang_up(&binary, &config, "configuration reloaded").await;
        let before = polls(&page, &fmg);
        page = binary.metrics_when("a poll", |page| polls(page, &fmg) > before).await;
    }
    // Every death was found by a poll, none by a reload.
    assert!((2..=7).contains(&fmg.simulation.logins()), "{}", fmg.simulation.logins());
    assert_eq!(binary.terminate().await.code, Some(0));
    for system in systems.each() {
        let simulation = system.simulation;
        assert_eq!((simulation.open_sessions(), simulation.most_sessions_open()), (0, 1), "{}", system.name);
        assert_eq!(simulation.failed_logins(), 0);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}
