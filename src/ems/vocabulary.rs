//! What the metrics of an EMS mean to a person who looks at them.

use super::metrics as m;
use crate::observation::{Alarm, Contracts, Metric, Quota, System, Text, Total, Unit, Wrong};

/// FortiClient EMS, on-prem.
pub static ON_PREM: System = System { name: "FortiClient EMS", ..EITHER };

/// FortiClient Cloud.
pub static CLOUD: System = System { name: "FortiClient Cloud", ..EITHER };

const EITHER: System = System {
    name: "",
    up: &m::UP,
    version: Some(Text { metric: &m::INFO, label: "version" }),
    contracts: Some(Contracts { expiry: &m::LICENSE_EXPIRY, name: None, level: None }),
    quotas: &[Quota {
        title: "Seats",
        used: Some(&m::SEATS_USED),
        limit: &m::SEATS,
        exceeded: None,
        unit: Unit::Count,
    }],
    totals: &[
        total("Endpoints", &m::ENDPOINTS),
        total("Managed", &m::MANAGED),
        total("Online", &m::ONLINE),
        total("On fabric", &m::ON_FABRIC),
        total("Out of sync", &m::OUT_OF_SYNC),
        total("Client outdated", &m::CLIENT_OUTDATED),
        total("Signatures outdated", &m::AV_SIGNATURE_OUTDATED),
        total("Vulnerable", &m::VULNERABLE),
        total("Quarantined", &m::QUARANTINED),
    ],
    details: &[],
    alarms: &[Alarm {
        metric: &m::QUARANTINED,
        of: &[],
        wrong: Wrong::Any,
        of_collector: None,
        is_urgent: false,
        badge: "quarantined",
        words: "endpoints are in quarantine",
    }],
};

const fn total(title: &'static str, metric: &'static Metric) -> Total {
    Total { title, metric, of: &[] }
}
