//! What further calls of JSON-RPC bring, each by a collector of its own that
//! may fail without the others.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, FortiManager};
use fortinet_exporter::upstream::Reason;
use serde_json::{Value, json};

use crate::support::{collect, lines, poll, samples, target};

const HA: &str = "/sys/ha/status";
const TASKS: &str = "/task/task";

/// The public capture of a cluster of two, its names replaced.
const CLUSTER: &str = include_str!("fixtures/fortimanager-ha-status.json");

/// The public capture of the latest task.
const TASK: &str = include_str!("fixtures/fortimanager-tasks.json");

/// A FortiManager with all collectors that read by JSON-RPC.
async fn started() -> (FortiManager, Target) {
    let fortimanager = FortiManager::start_plain().await.unwrap();
    let target = target(&format!(
        "fortimanagers: [{{ name: fmg, url: '{}', allow_plain_http: true, api_token: demo-api-token, \
         collectors: [tasks, ha, contracts] }}]",
        fortimanager.url()
    ));
    (fortimanager, target)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_of_a_cluster_gives_exactly_these_numbers() {
    let (fortimanager, target) = started().await;
    fortimanager.set_data(HA, serde_json::from_str(CLUSTER).unwrap());
    let member = "{member=\"FMG-VMTM00000002\"}";
    assert_eq!(
        samples(&target, "ha").await,
        [
            "fortimanager_ha_healthy 1".to_owned(),
            "fortimanager_ha_info{role=\"Primary\",status=\"Synchronized State\",health=\"OK\"} 1".to_owned(),
            format!("fortimanager_ha_member_in_sync{member} 1"),
            "fortimanager_ha_member_info{member=\"FMG-VMTM00000002\",hostname=\"FMG-VM64\",status=\"up,in-sync\"} 1"
                .to_owned(),
            format!("fortimanager_ha_member_last_heartbeat_age_seconds{member} 8"),
            format!("fortimanager_ha_member_last_sync_age_seconds{member} 30007"),
            format!("fortimanager_ha_member_pending_bytes{member} 0"),
            format!("fortimanager_ha_member_up{member} 1"),
        ]
    );
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_of_the_last_day_are_counted_by_how_they_stand() {
    let (fortimanager, target) = started().await;
    let line = |state: &str, count: u32| format!("fortimanager_tasks{{state={state:?}}} {count}");
    // An eighth has failed, more than a day ago.
    assert_eq!(
        samples(&target, "tasks").await,
        [
            line("cancelled", 1),
            line("done", 2),
            line("failed", 2),
            line("other", 0),
            line("running", 1),
            line("warning", 1),
        ]
    );
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_of_a_task_is_one_that_is_done() {
    let (fortimanager, target) = started().await;
    let mut tasks: Value = serde_json::from_str(TASK).unwrap();
    // Deleting a device, long ago.
    tasks[0]["start_tm"] = json!(jiff::Timestamp::now().as_second() - 60);
    fortimanager.set_data(TASKS, tasks);
    let found = samples(&target, "tasks").await;
    let some = found.iter().filter(|line| !line.ends_with(" 0"));
    assert_eq!(some.collect::<Vec<_>>(), ["fortimanager_tasks{state=\"done\"} 1"]);
}

/// As many as the table holds, from a system that takes no notice of what was asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_narrowed_is_counted_all_the_same() {
    let (fortimanager, target) = started().await;
    let now = jiff::Timestamp::now().as_second();
    let row = |number: i64| {
        let start = now - number * 60;
        json!({"id": number, "state": "done", "num_err": 0, "start_tm": start, "title": "x".repeat(80), "user": "y".repeat(40)})
    };
    fortimanager.set_data(TASKS, (0..10_000).map(row).collect::<Value>());
    let found = samples(&target, "tasks").await;
    // Those of 1440 minutes; a minute may pass while they are read.
    let done =
        found.iter().find_map(|line| line.strip_prefix("fortimanager_tasks{state=\"done\"} ")).unwrap();
    assert!((1438..=1441).contains(&done.parse::<i32>().unwrap()), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_collector_is_a_request_and_fails_alone() {
    let (fortimanager, target) = started().await;
    poll(&target).await;
    // With the one that asks about the token.
    assert_eq!(fortimanager.requests().len(), 4);
    fortimanager.forget_requests();
    poll(&target).await;
    assert_eq!(fortimanager.requests().len(), 3, "{:?}", fortimanager.requests());
    for (refused, url, other) in [("ha", HA, "tasks"), ("tasks", TASKS, "contracts")] {
        fortimanager.refuse_data(url);
        assert_eq!(collect(&target, refused).await.unwrap_err().reason(), Reason::Forbidden);
        assert!(!samples(&target, other).await.is_empty(), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_more_objects_or_values_than_any_system_has_is_not_read() {
    let (fortimanager, target) = started().await;
    poll(&target).await;
    let answer = |rows: &str| {
        let body = format!("{{\"result\":[{{\"data\":[{rows}0],\"status\":{{\"code\":0}}}}]}}");
        assert!(body.len() < 8 * 1024 * 1024, "it is not its size that is too much");
        fortimanager.override_path("/jsonrpc", Answer::status(200).body(body));
    };
    answer(&"{},".repeat(150_000));
    assert!(
        lines(collect(&target, "tasks").await.unwrap())
            .0
            .contains(&"fortimanager_tasks{state=\"other\"} 150000".to_owned())
    );
    for too_many in ["{},".repeat(200_001), "0,".repeat(4_000_001)] {
        answer(&too_many);
        let error = collect(&target, "tasks").await.unwrap_err();
        assert_eq!(error.reason(), Reason::NotJson, "{error}");
    }
}
