//! The series of one target and of its collectors, and how they are read. A
//! thousand targets have some twenty thousand of them, so each is a number and
//! no more. Counters start at 0; what is not known yet is absent.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prometheus::core::{Atomic as _, AtomicF64, AtomicU64};

use super::definitions as d;
use crate::observation::Metric;
use crate::upstream::{LoginCounters, Reason};

/// What belongs to a target as a whole.
pub(super) struct TargetSeries {
    pub(super) interval: AtomicF64,
    /// 1 or 0.
    pub(super) unverified: AtomicF64,
    pub(super) logins: LoginCounters,
}

/// What belongs to one of its collectors.
pub(super) struct CollectorSeries {
    /// 1 or 0. NaN while it is not known, as the three below.
    pub(super) success: AtomicF64,
    pub(super) duration: AtomicF64,
    pub(super) last_success: AtomicF64,
    /// How many keys nobody knows.
    pub(super) unknown: AtomicF64,
    pub(super) polls: AtomicU64,
    pub(super) failures: [(Reason, AtomicU64); Reason::ALL.len()],
    /// Why the last poll failed, if it did.
    failure: Mutex<Option<Reason>>,
    /// Goes up after every change of these.
    pub(super) changes: std::sync::atomic::AtomicU64,
    /// By field: the only label value that is not known beforehand.
    unreadable: Mutex<BTreeMap<&'static str, u64>>,
}

impl TargetSeries {
    /// Tells `line` the labels and the value of each series of `metric`.
    pub(super) fn each(&self, metric: &Metric, target: &str, line: &mut dyn FnMut(&[&str], f64)) {
        let name = metric.name;
        if name == d::INTERVAL.name {
            line(&[target], self.interval.get());
        } else if name == d::UNVERIFIED.name {
            line(&[target], self.unverified.get());
        } else if name == d::LOGINS.name {
            line(&[target], self.logins.sent() as f64);
        } else if name == d::LOGIN_FAILURES.name {
            line(&[target], self.logins.failures() as f64);
        }
    }
}

impl CollectorSeries {
    pub(super) fn new() -> Self {
        Self {
            success: AtomicF64::new(f64::NAN),
            duration: AtomicF64::new(f64::NAN),
            last_success: AtomicF64::new(f64::NAN),
            unknown: AtomicF64::new(f64::NAN),
            polls: AtomicU64::new(0),
            failures: Reason::ALL.map(|reason| (reason, AtomicU64::new(0))),
            failure: Mutex::default(),
            changes: std::sync::atomic::AtomicU64::new(0),
            unreadable: Mutex::default(),
        }
    }

    /// Why the last poll failed, if it did.
    pub(super) fn set_failure(&self, failure: Option<Reason>) {
        *self.failure() = failure;
    }

    /// Counts values of a field that could not be read.
    pub(super) fn add_unreadable(&self, field: &'static str, count: u64) {
        *self.fields().entry(field).or_default() += count;
    }

    /// Tells `line` the labels and the value of each series of `metric`.
    pub(super) fn each(
        &self,
        metric: &Metric,
        (target, collector): (&str, &str),
        line: &mut dyn FnMut(&[&str], f64),
    ) {
        let name = metric.name;
        let gauges = [
            (d::SUCCESS.name, &self.success),
            (d::DURATION.name, &self.duration),
            (d::LAST_SUCCESS.name, &self.last_success),
            (d::UNKNOWN.name, &self.unknown),
        ];
        if let Some((_, gauge)) = gauges.iter().find(|(gauge, _)| *gauge == name) {
            let value = gauge.get();
            if !value.is_nan() {
                line(&[collector, target], value);
            }
        } else if name == d::POLLS.name {
            line(&[collector, target], self.polls.get() as f64);
        } else if name == d::FAILURES.name {
            for (reason, count) in &self.failures {
                line(&[collector, reason.as_str(), target], count.get() as f64);
            }
        } else if name == d::FAILURE.name {
            if let Some(reason) = *self.failure() {
                line(&[collector, reason.as_str(), target], 1.0);
            }
        } else if name == d::UNREADABLE.name {
            for (field, count) in self.fields().iter() {
                line(&[collector, field, target], *count as f64);
            }
        }
    }

    fn failure(&self) -> MutexGuard<'_, Option<Reason>> {
        // One word: whole at any time.
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fields(&self) -> MutexGuard<'_, BTreeMap<&'static str, u64>> {
        // Counts: whole at any time.
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
