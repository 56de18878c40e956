//! Managed devices and their contracts, by JSON-RPC: counted, and one by one only where that was asked for.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{Answer, Certificate, FortiManager};
use fortinet_exporter::upstream::Reason;
use serde_json::{Value, json};

use crate::support::{self, collect, target};

const DEVICES: &str = "/dvmdb/device";
const CONTRACTS: &str = "/um/misc/dump_contract";

/// The public captures, their names and numbers replaced.
const LIST: &str = include_str!("fixtures/fortimanager-5.4-devices.json");
const CAPTURE: &str = include_str!("fixtures/fortimanager-dump-contract.json");

async fn started(keys: &str) -> (FortiManager, Target) {
    let certificate = Certificate::generate().unwrap();
    let fortimanager = FortiManager::start(&certificate).await.unwrap();
    let target = target(&format!(
        "fortimanagers:\n  - {{ name: fmg, url: '{}', api_token: demo-api-token, \
         collectors: [devices, device_contracts], {keys} tls: {{ pin_sha256: {} }} }}\n",
        fortimanager.url(),
        certificate.sha256()
    ));
    (fortimanager, target)
}

/// The samples of a collector without the prefix that all of them have.
async fn samples(target: &Target, collector: &str) -> Vec<String> {
    let found = support::samples(target, collector).await;
    found.iter().map(|line| line.strip_prefix("fortimanager_").unwrap().to_owned()).collect()
}

/// Requests for data: a token is checked once before the first.
fn requests(fortimanager: &FortiManager) -> usize {
    fortimanager.requests().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_counted_by_state_and_none_is_named() {
    let (fortimanager, target) = started("").await;
    let found = samples(&target, "devices").await;
    for line in [
        "managed_devices_by_connection{connection=\"down\"} 13",
        "managed_devices_by_connection{connection=\"unknown\"} 0",
        "managed_devices_by_connection{connection=\"up\"} 81",
        "managed_devices_by_configuration{configuration=\"insync\"} 84",
        "managed_devices_by_configuration{configuration=\"outofsync\"} 10",
        "managed_devices_by_status{status=\"auto_updated\"} 84",
        "managed_devices_by_platform{platform=\"FortiGate-60F\"} 19",
        "managed_devices_by_version{version=\"7.4.4\"} 24",
        "managed_vm_licenses_by_status{status=\"valid\"} 19",
        "managed_vm_licenses_by_time_left{left=\"under_7d\"} 7",
        "managed_vm_licenses_by_time_left{left=\"under_90d\"} 6",
        "managed_vm_licenses_by_time_left{left=\"over_90d\"} 6",
        "managed_vm_licenses_by_time_left{left=\"expired\"} 0",
        "managed_vm_licenses_overdue 0",
    ] {
        assert!(found.contains(&line.to_owned()), "{line} in {found:#?}");
    }
    assert!(found.iter().any(|line| line.starts_with("managed_vm_license_next_expiry")), "{found:#?}");
    // N/A is no licence.
    assert!(!found.iter().any(|line| line.contains("n_a")), "{found:#?}");
    assert!(!found.concat().contains("branch-"), "{found:#?}");
    // One page, the empty one behind it, and the check of the token. A field that is a secret would be a breach.
    assert_eq!(requests(&fortimanager), 3);
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

/// One of a cluster and one that is a model for devices to come, from before VM licences stood there.
#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_of_two_devices_gives_exactly_these_numbers() {
    let (fortimanager, target) = started("device_series: true,").await;
    let mut devices: Vec<Value> = serde_json::from_str(LIST).unwrap();
    for device in &mut devices {
        // Was not asked for by whoever published it.
        device["name"] = device["hostname"].clone();
    }
    fortimanager.set_data(DEVICES, devices.into());
    let found = samples(&target, "devices").await;
    let some: Vec<&String> = found.iter().filter(|line| !line.ends_with(" 0")).collect();
    let info = "platform=\"FortiGate-VM64-KVM\",version=\"\",status=\"aborted\",vm_license=\"\"";
    let model = "platform=\"FortiGate-VM\",version=\"\",status=\"unknown\",vm_license=\"\"";
    assert_eq!(
        some,
        [
            &format!("device_info{{device=\"fw-1\",serial=\"FGVMEV0000000000\",{info}}} 1"),
            &format!("device_info{{device=\"fw-2\",serial=\"FGVMEV0000000001\",{model}}} 1"),
            // Of the model it is not known, rather than down.
            "device_up{device=\"fw-1\"} 1",
            "managed_devices_by_configuration{configuration=\"outofsync\"} 1",
            "managed_devices_by_configuration{configuration=\"unknown\"} 1",
            "managed_devices_by_connection{connection=\"unknown\"} 1",
            "managed_devices_by_connection{connection=\"up\"} 1",
            "managed_devices_by_platform{platform=\"FortiGate-VM\"} 1",
            "managed_devices_by_platform{platform=\"FortiGate-VM64-KVM\"} 1",
            "managed_devices_by_status{status=\"aborted\"} 1",
            "managed_devices_by_status{status=\"unknown\"} 1",
        ]
    );
    assert!(!found.iter().any(|line| line.starts_with("device_up{device=\"fw-2\"")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_devices_are_read_in_pages_and_shown_up_to_a_bound() {
    let (fortimanager, target) = started("device_series: true,").await;
    let device = |number: usize| json!({"name": format!("fw-{number:05}"), "conn_status": 1, "mr": -1});
    fortimanager.set_data(DEVICES, (0..1_700).map(device).collect());
    let found = samples(&target, "devices").await;
    assert!(found.contains(&"managed_devices_by_connection{connection=\"up\"} 1700".to_owned()), "{found:?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("device_up{")).count(), 1_000);
    assert!(found.contains(&"device_series_left_out 700".to_owned()), "{found:?}");
    // 500 at a time, an empty page, and the check of the token.
    assert_eq!(requests(&fortimanager), 6);
    fortimanager.set_data(DEVICES, (0..1_000).map(device).collect());
    fortimanager.forget_requests();
    samples(&target, "devices").await;
    assert_eq!(requests(&fortimanager), 3);
    fortimanager.set_data(DEVICES, json!([]));
    let found = samples(&target, "devices").await;
    assert!(found.contains(&"managed_devices_by_connection{connection=\"up\"} 0".to_owned()), "{found:?}");
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_page_is_not_the_end_and_a_field_that_nobody_tells_is_not_0() {
    let (fortimanager, target) = started("").await;
    let device = |number: usize| json!({"name": format!("fw-{number:05}"), "conf_status": 1});
    fortimanager.set_data(DEVICES, (0..700).map(device).collect());
    let _ = samples(&target, "devices").await;
    let short: Vec<Value> = (0..3).map(device).collect();
    let page =
        json!({"id": 1, "result": [{"data": short, "status": {"code": 0, "message": "OK"}, "url": DEVICES}]});
    fortimanager.override_path_times("/jsonrpc", Answer::json(200, &page), 1);
    let found = samples(&target, "devices").await;
    assert!(
        found.contains(&"managed_devices_by_configuration{configuration=\"insync\"} 700".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|line| line.contains("by_connection") || line.contains("time_left")),
        "{found:?}"
    );
    // Rows without any name are no devices, and that there are none is not known either.
    fortimanager.set_data(DEVICES, json!([{"conf_status": 1}]));
    assert_eq!(collect(&target, "devices").await.unwrap_err().reason(), Reason::UnexpectedPayload);
}

/// However many a release gives at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_goes_on_after_any_number_of_devices_is_none() {
    let (fortimanager, target) = started("").await;
    collect(&target, "devices").await.unwrap();
    for page in 0..3 {
        let rows: Vec<Value> = (0..60_000).map(|row| json!({"name": format!("fw-{page}-{row}")})).collect();
        let page = json!({"result": [{"status": {"code": 0, "message": "OK"}, "data": rows}]});
        fortimanager.override_path_times("/jsonrpc", Answer::json(200, &page), 1);
    }
    let error = collect(&target, "devices").await.unwrap_err();
    assert_eq!(error.reason(), Reason::TooLarge, "{error}");
    assert!(error.to_string().contains("has not ended after 120000"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_device_is_shown_where_that_was_asked_for_in_words_or_in_numbers() {
    let (fortimanager, target) = started("device_series: true,").await;
    let row = |name: &str, states: [Value; 4]| {
        let [connection, configuration, status, vm] = states;
        json!({
            "name": name, "sn": "FGVM0000000001", "platform_str": "FortiGate-VM64", "os_ver": "7.0", "mr": 2, "patch": 13,
            "conn_status": connection, "conf_status": configuration, "dev_status": status, "vm_status": vm,
            "vm_lic_expire": 1_731_106_800, "vm_lic_overdue_since": 1_731_000_000,
        })
    };
    fortimanager.set_data(
        DEVICES,
        json!([
            row("in-words", [json!("up"), json!("outofsync"), json!("sync_fail"), json!("Grace Period")]),
            row("numbers", [json!(1), json!(2), json!(12), json!(12)]),
        ]),
    );
    let found = samples(&target, "devices").await;
    for device in ["in-words", "numbers"] {
        for line in [
            format!("device_up{{device={device:?}}} 1"),
            format!("device_configuration_in_sync{{device={device:?}}} 0"),
            format!("device_vm_license_expiry_timestamp_seconds{{device={device:?}}} 1731106800"),
            format!(
                "device_info{{device={device:?},serial=\"FGVM0000000001\",platform=\"FortiGate-VM64\",\
                 version=\"7.2.13\",status=\"sync_fail\",vm_license=\"grace_period\"}} 1"
            ),
        ] {
            assert!(found.contains(&line), "{line} in {found:#?}");
        }
    }
    assert!(found.contains(&"managed_vm_licenses_overdue 2".to_owned()), "{found:#?}");
    assert!(found.contains(&"managed_vm_licenses_by_time_left{left=\"expired\"} 2".to_owned()), "{found:#?}");
    assert!(!found.iter().any(|line| line.contains("next_expiry")), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_capture_of_contracts_gives_exactly_these_numbers() {
    let (fortimanager, target) = started("device_series: true,").await;
    fortimanager.set_data(CONTRACTS, serde_json::from_str(CAPTURE).unwrap());
    let found = samples(&target, "device_contracts").await;
    let of_avdb: Vec<_> = found.iter().filter(|line| line.contains("AVDB")).collect();
    assert_eq!(
        of_avdb,
        [
            "device_contract_expiry_timestamp_seconds{serial=\"FG421F0000000001\",license=\"AVDB\"} 1742083200",
            "device_contracts{license=\"AVDB\",left=\"expired\"} 1",
            "device_contracts{license=\"AVDB\",left=\"over_90d\"} 0",
            "device_contracts{license=\"AVDB\",left=\"under_30d\"} 0",
            "device_contracts{license=\"AVDB\",left=\"under_7d\"} 0",
            "device_contracts{license=\"AVDB\",left=\"under_90d\"} 0",
        ]
    );
    assert!(found.contains(&"devices_with_contracts 1".to_owned()), "{found:#?}");
    assert_eq!(found.iter().filter(|line| line.starts_with("device_contract_expiry")).count(), 12);
    // Whose they are stands beside them.
    for private in ["foo@bar.com", "FORTINET", "10.83.10.133", "123456"] {
        assert!(!found.concat().contains(private), "{private} in {found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_of_the_fleet_are_counted_in_one_request_and_no_serial_number_is_shown() {
    let (fortimanager, target) = started("").await;
    let found = samples(&target, "device_contracts").await;
    for line in [
        "device_contracts{license=\"AVDB\",left=\"expired\"} 5",
        "device_contracts{license=\"AVDB\",left=\"under_7d\"} 23",
        "device_contracts{license=\"AVDB\",left=\"under_30d\"} 22",
        "device_contracts{license=\"AVDB\",left=\"under_90d\"} 22",
        "device_contracts{license=\"AVDB\",left=\"over_90d\"} 22",
        "devices_with_contracts 94",
    ] {
        assert!(found.contains(&line.to_owned()), "{line} in {found:#?}");
    }
    assert!(!found.concat().contains("FGT60"), "{found:#?}");
    assert_eq!(requests(&fortimanager), 2);
    assert_eq!(fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_the_right_to_one_of_them_loses_that_one() {
    let (fortimanager, target) = started("").await;
    fortimanager.refuse_data(DEVICES);
    assert_eq!(collect(&target, "devices").await.unwrap_err().reason(), Reason::Forbidden);
    assert!(!samples(&target, "device_contracts").await.is_empty());
    let (fortimanager, target) = started("").await;
    fortimanager.set_data(CONTRACTS, json!({"count": 0}));
    assert_eq!(samples(&target, "device_contracts").await, ["devices_with_contracts 0"]);
    fortimanager.set_data(CONTRACTS, json!({"status": "ok"}));
    assert_eq!(collect(&target, "device_contracts").await.unwrap_err().reason(), Reason::UnexpectedPayload);
    assert!(!samples(&target, "devices").await.is_empty());
}
