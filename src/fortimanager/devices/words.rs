//! The choices of the device database.

use super::super::choice::Words;

pub(super) const CONNECTION: Words = &["unknown", "up", "down"];

/// Whether FortiManager's copy of the configuration is that of the device.
pub(super) const CONFIGURATION: Words = &["unknown", "insync", "outofsync"];

/// How the last installation or retrieval went.
pub(super) const STATUS: Words = &[
    "none",
    "unknown",
    "checkedin",
    "inprogress",
    "installed",
    "aborted",
    "sched",
    "retry",
    "canceled",
    "pending",
    "retrieved",
    "changed_conf",
    "sync_fail",
    "timeout",
    "rev_revert",
    "auto_updated",
];

/// The licence of a virtual machine; the first is for what is none.
pub(super) const VM_LICENSE: Words = &[
    "n_a",
    "no_license",
    "startup",
    "valid",
    "pending",
    "warning",
    "invalid",
    "invalid_copy",
    "evaluation_expired",
    "evaluation",
    "expires_soon",
    "expired",
    "grace_period",
    "validation_overdue",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    use super::super::super::choice::word;
    use crate::upstream::Scalar;

    #[test]
    fn a_choice_is_the_same_as_a_word_and_as_a_number() {
        let read = |value: &Value, words| word(&Scalar::from(value), words);
        for value in [json!("up"), json!(1), json!("1"), json!("UP")] {
            assert_eq!(read(&value, CONNECTION).as_deref(), Some("up"), "{value}");
        }
        assert_eq!(read(&json!("UNKNOWN"), CONNECTION), read(&json!(0), CONNECTION));
        assert_eq!(read(&json!("auto_updated"), STATUS), read(&json!(15), STATUS));
        assert_eq!(read(&json!("outofsync"), CONFIGURATION), read(&json!(2), CONFIGURATION));
        for (words, number) in [("N/A", 0), ("Invalid Copy", 7), ("Validation Overdue", 13)] {
            assert_eq!(read(&json!(words), VM_LICENSE), read(&json!(number), VM_LICENSE), "{words}");
        }
        assert_eq!(read(&json!(99), STATUS).as_deref(), Some("99"));
        assert_eq!(read(&json!("Brand New"), STATUS).as_deref(), Some("brand_new"));
        for value in [json!(null), json!(""), json!([1])] {
            assert_eq!(read(&value, STATUS), None, "{value}");
        }
    }
}
