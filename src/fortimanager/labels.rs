//! The label values of a FortiManager that are known beforehand.

use super::metrics as m;
use super::{contract, device_contracts, devices, license, policy_checks, tasks};
use crate::observation::LabelValues;

/// Those of every `fortimanager_*` metric.
pub fn label_values() -> Vec<LabelValues> {
    let codes = LabelValues::closed(&m::LICENSE_EXPIRY, "license", contract::NAMES)
        .open("any other code of FortiManager, as it is");
    let sources = LabelValues::closed(&m::LICENSE_SOURCE, "source", contract::SOURCES);
    let standings = LabelValues::closed(&m::TASKS, "state", tasks::STANDINGS);
    let mut values = vec![codes, sources, standings];
    values.extend(license::label_values());
    values.extend(policy_checks::label_values());
    values.extend(devices::label_values());
    values.push(device_contracts::label_values());
    values
}
