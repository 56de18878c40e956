//! An endpoint as a row, in the shape of one EMS version.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::machine::Machine;
use super::mix::Shape;

/// Policy synchronisation, in the parts EMS 7.2 and later report.
const SYNC_PARTS: [&str; 6] = ["primary", "offnet", "iplist", "onnet_rule", "verification_rule", "certs"];

/// Kinds of events EMS 7.0 already counted.
const OLD_EVENTS: [&str; 5] = ["av", "sb", "fw", "wf", "vuln"];

/// Features EMS 7.0 did not know.
const NEW_FEATURES: [&str; 2] = ["rtp", "sb_cloud"];

/// The row of this endpoint.
pub(super) fn row(machine: &Machine) -> Value {
    let mut row = Map::new();
    let mut add = |part: Value| {
        if let Value::Object(part) = part {
            row.extend(part);
        }
    };
    add(identity(machine));
    add(state(machine));
    match machine.shape {
        Shape::DirectoryOnly => add(directory(machine)),
        Shape::Flat => {
            add(flat_user(machine));
            add(features(machine));
            add(events(machine));
        }
        Shape::Users => {
            add(users(machine));
            add(features(machine));
            add(sync(machine));
            add(events(machine));
        }
        Shape::UsersAndNumbers => {
            add(users(machine));
            add(features(machine));
            add(sync(machine));
            add(events(machine));
            // 7.4 writes these as numbers while their neighbours are booleans.
            add(json!({
                "is_quarantined": u8::from(machine.quarantined),
                "client_av_sig_version_up_to_date": u8::from(machine.signatures_current),
                "public_ip_addr": format!("203.0.113.{}", machine.id % 254 + 1),
            }));
        }
    }
    Value::Object(row)
}

fn identity(machine: &Machine) -> Value {
    let id = machine.id;
    let (group_id, group) = machine.group;
    json!({
        "device_id": id,
        "name": machine.name,
        "ip_addr": format!("10.{}.{}.{}", id / 65_536 % 256, id / 256 % 256, id % 256),
        "os_version": machine.system,
        "group_id": group_id,
        "group_name": group,
        "group_path": format!("All Groups/{group}"),
        "orig_group_name": "Other Endpoints",
        "endpoint_policy_name": machine.policy.map(|(_, name)| name),
        "installer_name": null,
        "deployment_state": null,
        "fgt_sn": null,
    })
}

fn state(machine: &Machine) -> Value {
    // The code lets its reader lift the quarantine: a secret that rides along in the list.
    let code = machine.quarantined.then(|| format!("SECRET-CODE-{}", machine.id));
    json!({
        "fct_version": machine.client.map(|[major, minor, patch, build]| {
            format!("{major}.{minor}.{patch}.{build:04}")
        }),
        "is_installed": machine.client.is_some(),
        "is_managed": machine.managed,
        "is_migrating": machine.migrating,
        "is_ems_registered": machine.managed,
        "is_ems_online": machine.online,
        "is_ems_onnet": machine.on_fabric,
        "is_excluded": machine.excluded,
        "is_quarantined": machine.quarantined,
        "quarantine_access_code": code,
        "last_seen": machine.last_seen,
    })
}

/// What a computer that never ran FortiClient lacks.
fn directory(machine: &Machine) -> Value {
    json!({
        "ip_addr": null,
        "group_id": 21,
        "group_name": "Computers",
        "group_path": "corp.test/Computers",
        "domain_id": 2 + machine.id % 2,
        "endpoint_policy_id": null,
        "forticlient_id": null,
        "uid": null,
        "comparable_fct_version": null,
        "fct_users": null,
        "client_av_sig_version_up_to_date": null,
    })
}

fn flat_user(machine: &Machine) -> Value {
    json!({
        "username": format!("user{}", machine.id),
        "user_domain": "CORP",
        "avatar": machine.avatar.map(avatar),
        "profile_components": {},
        "off_net_profile_components": {},
        "ip_list_name": "",
    })
}

fn users(machine: &Machine) -> Value {
    let id = machine.id;
    let comparable = machine.client.map(|[major, minor, patch, _]| major * 1_000_000 + minor * 1_000 + patch);
    // Epoch seconds in the row, but an ISO text without a zone here.
    let seen = machine
        .last_seen
        .and_then(|second| Timestamp::from_second(second).ok())
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    let user = json!({
        "fct_user_id": id + 1,
        "client_id": id + 2,
        "auth_user_name": null,
        "machine_user_name": format!("CORP\\user{id}"),
        "avatar": machine.avatar.map(avatar),
        "last_seen": seen,
        "is_authenticated": false,
        "machine_domain": "CORP",
        "user_email": format!("user{id}@corp.test"),
        "user_phone": null,
        "row_no": 1,
    });
    // A server nobody signs in to has no users.
    let users = if machine.system.contains("Server") { Vec::new() } else { vec![user] };
    json!({
        "domain_id": 0,
        "endpoint_policy_id": machine.policy.map(|(id, _)| id),
        "forticlient_id": id + 2,
        "uid": format!("{:032X}", u128::from(id) * 0x9E37_79B9_7F4A_7C15),
        "comparable_fct_version": comparable,
        "diskenc": "",
        "av_product": "",
        "last_seen_fct_user_id": id + 1,
        "fct_users": users,
        "profile_components": {},
        "off_net_profile_components": {},
        "ip_list_name": null,
        "onboarding_supported": true,
    })
}

fn features(machine: &Machine) -> Value {
    machine
        .features
        .iter()
        .filter(|(key, _)| machine.shape != Shape::Flat || !NEW_FEATURES.contains(key))
        .map(|&(key, on)| (format!("{key}_enabled"), Value::from(on)))
        .collect()
}

fn sync(machine: &Machine) -> Value {
    let mut part: Map<String, Value> = SYNC_PARTS
        .iter()
        .map(|key| {
            let name = format!("client_policy_{key}_synced");
            (name, machine.synced.into())
        })
        .collect();
    part.insert("client_policy_synced".into(), machine.synced.into());
    part.insert("client_version_up_to_date".into(), machine.client_current().into());
    part.insert("client_av_sig_version_up_to_date".into(), machine.signatures_current.into());
    Value::Object(part)
}

fn events(machine: &Machine) -> Value {
    let mut part: Map<String, Value> = machine
        .events
        .iter()
        .filter(|(key, _)| machine.shape != Shape::Flat || OLD_EVENTS.contains(key))
        .map(|&(key, count)| (format!("{key}_events_count"), Value::from(count)))
        .collect();
    if machine.shape != Shape::Flat {
        // A float, also when it is nothing.
        let severity = f64::from(machine.events_of("vuln").min(5));
        part.insert("vuln_events_max_severity".into(), severity.into());
    }
    Value::Object(part)
}

/// A picture's worth of base64, slashes included.
fn avatar(length: usize) -> String {
    "iVBORw0KGgo/AAAA+".chars().cycle().take(length).collect()
}
