//! What keys of the page are called in labels.

use std::ops::RangeInclusive;

use super::super::families::Families;
use crate::observation::LabelValues;

/// Kinds of devices: key of `dev_num_count` and label.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("fgt_cnt", "fortigate"),
    ("fap_cnt", "fortiap"),
    ("fsw_cnt", "fortiswitch"),
    ("fex_cnt", "fortiextender"),
];

/// What is switched on or off: key and label.
pub(super) const FEATURES: [(&str, &str); 5] = [
    ("adom_enabled", "adom"),
    ("faz_status", "fortianalyzer"),
    ("en_com_fgd_svr", "fortiguard_communication"),
    ("usg", "fortiguard_us_only"),
    ("has_vmmeter", "vm_meter"),
];

/// The days before today that the page tells of.
pub(super) const DAYS_AGO: RangeInclusive<i64> = 1..=6;

/// The labels that these are the values of.
pub(in super::super) fn label_values(m: &Families) -> [LabelValues; 4] {
    let swapped = |(key, label): (&'static str, &'static str)| (label, key);
    let days = || DAYS_AGO.map(|days| (days, ""));
    [
        LabelValues::closed(m.managed_devices, "kind", KINDS.map(swapped))
            .open("any other key of `dev_num_count`, as it is"),
        LabelValues::closed(m.log_history_used, "days_ago", days()),
        LabelValues::closed(m.log_history_exceeded, "days_ago", days()),
        LabelValues::closed(m.feature_enabled, "feature", FEATURES.map(swapped)),
    ]
}
