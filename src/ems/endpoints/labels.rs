//! The label values of the fleet that are known beforehand.

use super::super::metrics as m;
use super::field::{EVENTS, FEATURES};
use super::fleet::AGES;
use super::os;
use crate::observation::LabelValues;

/// Those of every `forticlient_ems_*` metric: the other collector has none.
pub fn label_values() -> Vec<LabelValues> {
    let plain = |value: &'static str| (value, "");
    let swapped = |(field, label): (&'static str, &'static str)| (label, field);
    vec![
        LabelValues::closed(&m::BY_OS, "os", os::KINDS.map(plain)),
        LabelValues::closed(&m::BY_LAST_SEEN, "age", AGES.map(plain)),
        LabelValues::closed(&m::FEATURE_ENABLED, "feature", FEATURES.map(swapped)),
        LabelValues::closed(&m::SECURITY_EVENTS, "kind", EVENTS.map(swapped)),
    ]
}
