//! What the metrics of a FortiAnalyzer mean to a person who looks at them.

use super::metrics as m;
use crate::fortimanager::alarms::{old_backup, vm_duplicate, vm_invalid};
use crate::observation::{Contracts, Detail, Quota, System, Text, Told, Total, Unit};

/// FortiAnalyzer. Its version comes from the collector `system`.
pub static SYSTEM: System = System {
    name: "FortiAnalyzer",
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
        // How many are in use is not known.
        Quota { title: "ADOMs", used: None, limit: &m::ADOMS_LIMIT, exceeded: None, unit: Unit::Count },
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
    totals: &[Total { title: "Logging devices", metric: &m::DEVICES_USED, of: &[] }],
    details: &[Detail { title: "Last backup", told: Told::Age(&m::LAST_BACKUP) }],
    alarms: &[vm_invalid(&m::VM_VALID), vm_duplicate(&m::VM_DUPLICATE), old_backup(&m::LAST_BACKUP)],
};
