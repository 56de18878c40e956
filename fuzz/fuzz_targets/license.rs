//! The licence pages of FortiManager and EMS.

#![no_main]

use fortinet_exporter::upstream::Reply;
use fortinet_exporter::{ems, fortimanager};
use fortinet_exporter_fuzz::{errors, served};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Each metric of FortiManager's page with the keys it comes from; `KEY=LABEL`
/// where the metric has a series per key.
const FORTIMANAGER: &[(&str, &[&str])] = &[
    ("fortimanager_license_expiry_timestamp_seconds", &["licenses"]),
    ("fortimanager_license_active", &["licenses"]),
    ("fortimanager_license_info", &["licenses"]),
    ("fortimanager_vm_license_valid", &["valid"]),
    ("fortimanager_vm_license_duplicate", &["duplicate_license"]),
    ("fortimanager_vm_license_trial", &["is_vm_trial_lic"]),
    ("fortimanager_devices_used", &["current_num_dev"]),
    ("fortimanager_devices_limit", &["max_num_dev"]),
    ("fortimanager_managed_devices", &["dev_num_count"]),
    ("fortimanager_adoms_limit", &["max_num_adom"]),
    ("fortimanager_log_daily_used_bytes", &["used_gb_day"]),
    ("fortimanager_log_daily_limit_bytes", &["max_gb_day"]),
    ("fortimanager_log_daily_exceeded", &["used_gb_day"]),
    ("fortimanager_log_history_used_bytes", &["used_gb_day_history"]),
    ("fortimanager_log_history_exceeded", &["used_gb_day_history"]),
    ("fortimanager_disk_used_bytes", &["used_disk_gb", "used_disk"]),
    ("fortimanager_disk_limit_bytes", &["max_disk_gb", "max_disk"]),
    ("fortimanager_disk_exceeded", &["used_disk"]),
    (
        "fortimanager_feature_enabled",
        &[
            "adom_enabled=adom",
            "faz_status=fortianalyzer",
            "en_com_fgd_svr=fortiguard_communication",
            "usg=fortiguard_us_only",
            "has_vmmeter=vm_meter",
        ],
    ),
    ("fortimanager_platform_info", &["is_vm", "type", "enc_type", "fortimeter_lic"]),
    ("fortimanager_account_info", &["account_id", "company"]),
];

const EMS: &[(&str, &[&str])] = &[
    ("forticlient_ems_info", &["sn"]),
    ("forticlient_ems_license_seats", &["seats"]),
    ("forticlient_ems_license_seats_used", &["used"]),
    ("forticlient_ems_license_expiry_timestamp_seconds", &["licenses"]),
];

fuzz_target!(|body: &[u8]| {
    let reply = Reply::made_up(200, "application/json", body);
    let page: Option<Value> = reply.json();
    let nothing = Value::Null;
    let page = page.as_ref().unwrap_or(&nothing);
    for account_info in [false, true] {
        let read = || fortimanager::fuzzing::license(&reply, account_info);
        match read() {
            Err(error) => errors::check(&error),
            Ok(findings) => {
                let samples = served(findings, &fortimanager::SYSTEM);
                assert_eq!(samples, served(read().expect("as before"), &fortimanager::SYSTEM));
                let is_account = |name: &str| name == "fortimanager_account_info";
                assert!(account_info || !samples.iter().any(|sample| is_account(sample.metric.name)));
                // It says which page this is, whatever is on it.
                let is_source = |name: &str| name == "fortimanager_license_source_info";
                for sample in samples.iter().filter(|sample| !is_source(sample.metric.name)) {
                    come_from(sample.metric.name, &sample.labels, FORTIMANAGER, page);
                }
                let infos = samples.iter().filter(|sample| sample.metric.name == "fortimanager_license_info");
                assert!(infos.count() <= page["licenses"].as_object().map_or(0, |licenses| licenses.len()));
            }
        }
    }
    match ems::fuzzing::license(&reply) {
        Err(error) => errors::check(&error),
        Ok(findings) => {
            for sample in served(findings, &ems::ON_PREM) {
                come_from(sample.metric.name, &sample.labels, EMS, &page["data"]);
            }
        }
    }
});

/// Nothing is made of nothing: at least one of the keys of a sample is there.
fn come_from(name: &str, labels: &[String], table: &[(&str, &[&str])], page: &Value) {
    let (_, keys) = table
        .iter()
        .find(|(metric, _)| *metric == name)
        .unwrap_or_else(|| panic!("{name} is not in the table"));
    let is_there = |key: &&str| match key.split_once('=') {
        Some((key, label)) => labels.first().is_some_and(|first| first == label) && !page[key].is_null(),
        None => !page[*key].is_null(),
    };
    assert!(keys.iter().any(is_there), "{name} {labels:?} comes from nowhere");
}
