//! What a licence page says, in our own terms. Unknown is `None`.

use super::super::contract::Contract;
use super::super::size::Flagged;

/// Everything the licence page says.
#[derive(Debug, Default)]
pub(super) struct License {
    pub(super) vm: Vm,
    pub(super) devices_used: Option<f64>,
    pub(super) devices_limit: Option<f64>,
    pub(super) managed: Vec<Managed>,
    pub(super) adoms_limit: Option<f64>,
    pub(super) log_today: Flagged,
    pub(super) log_limit: Option<f64>,
    pub(super) log_history: Vec<Day>,
    pub(super) disk_used: Option<f64>,
    pub(super) disk_exceeded: Option<bool>,
    pub(super) disk_limit: Option<f64>,
    pub(super) features: Vec<(&'static str, Option<bool>)>,
    pub(super) platform: Platform,
    pub(super) account_id: Option<String>,
    pub(super) company: Option<String>,
    pub(super) contracts: Vec<Contract>,
}

/// The state of the VM licence.
#[derive(Debug, Default)]
pub(super) struct Vm {
    pub(super) valid: Option<bool>,
    pub(super) duplicate: Option<bool>,
    pub(super) trial: Option<bool>,
}

/// How many devices of one kind are managed.
#[derive(Debug)]
pub(super) struct Managed {
    pub(super) kind: String,
    pub(super) count: Option<f64>,
}

/// The logs of one day before today.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) days_ago: i64,
    pub(super) used: Option<f64>,
    pub(super) exceeded: Option<bool>,
}

/// FortiManager's own codes for what it runs on; texts, since nobody documents
/// their values.
#[derive(Debug, Default)]
pub(super) struct Platform {
    pub(super) vm: Option<String>,
    pub(super) license_type: Option<String>,
    pub(super) encryption_type: Option<String>,
    pub(super) vm_meter_license: Option<String>,
}
