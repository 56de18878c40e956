//! What the metrics of a FortiManager mean to a person who looks at them.

use super::alarms::{old_backup, page_gone, vm_duplicate, vm_invalid};
use super::metrics as m;
use crate::observation::{Alarm, Contracts, Detail, Metric, Quota, System, Text, Told, Total, Unit, Wrong};

/// Of things that end, what the alert FortiManagerManagedLicensesExpiring speaks of.
const ENDS_SOON: &[&str] = &["under_7d", "under_30d"];

/// FortiManager. Its version comes from the collector `system`.
pub static SYSTEM: System = EITHER;

/// FortiManager Cloud.
pub static CLOUD: System = System { name: "FortiManager Cloud", ..EITHER };

const EITHER: System = System {
    name: "FortiManager",
    up: &m::UP,
    version: Some(Text { metric: &m::INFO, label: "version" }),
    contracts: Some(Contracts {
        expiry: &m::LICENSE_EXPIRY,
        name: Some(Text { metric: &m::LICENSE_INFO, label: "name" }),
        level: Some(Text { metric: &m::LICENSE_INFO, label: "level" }),
    }),
    quotas: &[
        Quota {
            title: "Devices",
            used: Some(&m::DEVICES_USED),
            limit: &m::DEVICES_LIMIT,
            exceeded: None,
            unit: Unit::Count,
        },
        Quota {
            title: "ADOMs",
            used: Some(&m::ADOMS_USED),
            limit: &m::ADOMS_LIMIT,
            exceeded: None,
            unit: Unit::Count,
        },
        Quota {
            title: "Disk",
            used: Some(&m::DISK_USED),
            limit: &m::DISK_LIMIT,
            exceeded: Some(&m::DISK_EXCEEDED),
            unit: Unit::Bytes,
        },
        Quota {
            title: "Logs today",
            used: Some(&m::LOG_DAILY_USED),
            limit: &m::LOG_DAILY_LIMIT,
            exceeded: Some(&m::LOG_DAILY_EXCEEDED),
            unit: Unit::Bytes,
        },
    ],
    totals: &[
        total("FortiGates", &m::MANAGED_DEVICES, &["fortigate"]),
        total("FortiAPs", &m::MANAGED_DEVICES, &["fortiap"]),
        total("FortiSwitches", &m::MANAGED_DEVICES, &["fortiswitch"]),
        total("FortiExtenders", &m::MANAGED_DEVICES, &["fortiextender"]),
        total("Devices up", &m::DEVICES_BY_CONNECTION, &["up"]),
        total("Devices down", &m::DEVICES_BY_CONNECTION, &["down"]),
        total("Devices out of sync", &m::DEVICES_BY_CONFIGURATION, &["outofsync"]),
        total("Device contracts ending", &m::DEVICE_CONTRACTS, ENDS_SOON),
        total("VM licences ending", &m::VM_LICENSES_BY_TIME_LEFT, ENDS_SOON),
        total("Shadowed policies", &m::SHADOWED_POLICIES, &[]),
        total("Failed tasks", &m::TASKS, &["failed"]),
    ],
    details: &[
        Detail { title: "HA role", told: Told::Text(Text { metric: &m::HA_INFO, label: "role" }) },
        Detail { title: "HA health", told: Told::Text(Text { metric: &m::HA_INFO, label: "health" }) },
        Detail { title: "Last backup", told: Told::Age(&m::LAST_BACKUP) },
    ],
    alarms: &[
        vm_invalid(&m::VM_VALID),
        vm_duplicate(&m::VM_DUPLICATE),
        Alarm {
            metric: &m::HA_MEMBER_IN_SYNC,
            of: &[],
            wrong: Wrong::Is(0.0),
            of_collector: None,
            is_urgent: true,
            badge: "out of sync",
            words: "a member of the cluster is not in sync",
        },
        Alarm {
            metric: &m::TASKS,
            of: &["failed"],
            wrong: Wrong::Any,
            of_collector: None,
            is_urgent: false,
            badge: "failed",
            words: "tasks of the last day have failed",
        },
        Alarm {
            metric: &m::DEVICE_CONTRACTS,
            of: ENDS_SOON,
            wrong: Wrong::Any,
            of_collector: None,
            is_urgent: false,
            badge: "soon",
            words: "contracts of managed devices end within 30 days",
        },
        Alarm {
            metric: &m::VM_LICENSES_BY_TIME_LEFT,
            of: ENDS_SOON,
            wrong: Wrong::Any,
            of_collector: None,
            is_urgent: false,
            badge: "soon",
            words: "licences of managed virtual machines end within 30 days",
        },
        old_backup(&m::LAST_BACKUP),
        page_gone(&m::LICENSE_SOURCE),
    ],
};

const fn total(title: &'static str, metric: &'static Metric, of: &'static [&'static str]) -> Total {
    Total { title, metric, of }
}
