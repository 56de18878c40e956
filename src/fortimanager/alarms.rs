//! What should stand otherwise on a FortiManager or a FortiAnalyzer, each as the alert of the same meaning in
//! deploy/prometheus.

use std::time::Duration;

use crate::observation::{Alarm, Metric, Wrong};

/// A weekly backup, and a day to make it in.
const OLD_BACKUP: Duration = Duration::from_secs(8 * 86_400);

pub(crate) const fn vm_invalid(metric: &'static Metric) -> Alarm {
    let words = "the VM licence is not valid";
    Alarm {
        metric,
        of: &[],
        wrong: Wrong::Is(0.0),
        of_collector: None,
        is_urgent: true,
        badge: "wrong",
        words,
    }
}

pub(crate) const fn vm_duplicate(metric: &'static Metric) -> Alarm {
    let words = "the same VM licence is active elsewhere";
    Alarm {
        metric,
        of: &[],
        wrong: Wrong::Is(1.0),
        of_collector: None,
        is_urgent: true,
        badge: "wrong",
        words,
    }
}

pub(crate) const fn old_backup(metric: &'static Metric) -> Alarm {
    let (wrong, words) = (Wrong::OlderThan(OLD_BACKUP), "last backup");
    Alarm { metric, of: &[], wrong, of_collector: None, is_urgent: false, badge: "old", words }
}

/// Of a target that is asked for the page, not of one that has its contracts by JSON-RPC alone.
pub(super) const fn page_gone(source: &'static Metric) -> Alarm {
    let words = "the licence page is gone: contracts come by JSON-RPC, limits, disk and logs do not";
    let (of, wrong, of_collector) = (&["json_rpc"], Wrong::Is(1.0), Some("license"));
    Alarm { metric: source, of, wrong, of_collector, is_urgent: false, badge: "partial", words }
}
