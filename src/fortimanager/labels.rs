//! The label values that are known beforehand.

use super::families::Families;
use super::metrics as m;
use super::{contract, device_contracts, devices, license, policy_checks, tasks};
use crate::observation::LabelValues;

/// Those of every `fortimanager_*` metric.
pub fn label_values() -> Vec<LabelValues> {
    let sources = LabelValues::closed(&m::LICENSE_SOURCE, "source", contract::SOURCES);
    let standings = LabelValues::closed(&m::TASKS, "state", tasks::STANDINGS);
    let mut values = label_values_of(&m::FAMILIES);
    values.extend([sources, standings]);
    values.extend(policy_checks::label_values());
    values.extend(devices::label_values());
    values.push(device_contracts::label_values());
    values
}

/// Those of the metrics that either product has.
pub(crate) fn label_values_of(m: &Families) -> Vec<LabelValues> {
    let codes = LabelValues::closed(m.license_expiry, "license", contract::NAMES)
        .open("any other code of a contract, as it is");
    [codes].into_iter().chain(license::label_values(m)).collect()
}
