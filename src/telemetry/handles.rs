//! Who writes to the series of a target and of its collectors. They exist for
//! as long as somebody holds the structs below.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use prometheus::core::{Atomic as _, AtomicF64};

use super::claims::Claims;
use super::listed::OwnTargets;
use super::series::{CollectorSeries, TargetSeries};
use crate::observation::seconds;
use crate::upstream::{LoginCounters, Reason, Unreadable};

/// Every series there is per target.
pub(super) struct PerTarget {
    targets: Claims<String, TargetSeries>,
    collectors: Claims<(String, &'static str), CollectorSeries>,
    /// Goes up with every change of any of them.
    pub(super) changes: Arc<AtomicU64>,
    /// Goes up when some come or go.
    members: AtomicU64,
    listed: Mutex<Option<(u64, Arc<OwnTargets>)>>,
}

/// The series that belong to one target.
pub struct TargetMetrics {
    /// For the session keeper.
    pub logins: LoginCounters,
    all: Arc<PerTarget>,
    key: String,
}

/// The series that belong to one collector of one target.
pub struct CollectorMetrics {
    series: Arc<CollectorSeries>,
    all: Arc<PerTarget>,
    key: (String, &'static str),
}

impl PerTarget {
    pub(super) fn new() -> Self {
        Self {
            targets: Claims::new(),
            collectors: Claims::new(),
            changes: Arc::default(),
            members: AtomicU64::new(0),
            listed: Mutex::default(),
        }
    }

    /// All of them, as a list that is kept for as long as none comes or goes.
    pub(super) fn listed(&self) -> Arc<OwnTargets> {
        let members = self.members.load(Ordering::Acquire);
        // A number and a list that belong together.
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*listed {
            Some((known, list)) if *known == members => Arc::clone(list),
            _ => {
                let (mut targets, mut collectors) = (Vec::new(), Vec::new());
                self.targets.each(|name, series| targets.push((name.clone(), Arc::clone(series))));
                self.collectors.each(|key, series| collectors.push((key.clone(), Arc::clone(series))));
                let list = Arc::new(OwnTargets::new(&targets, &collectors));
                *listed = Some((members, Arc::clone(&list)));
                list
            }
        }
    }

    /// Series have come or gone, or those of a target as a whole have changed.
    fn members_changed(&self) {
        self.members.fetch_add(1, Ordering::AcqRel);
        self.changed();
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }
}

impl TargetMetrics {
    pub(super) fn new(all: &Arc<PerTarget>, name: &str, interval: Duration, unverified: bool) -> Self {
        let key = name.to_owned();
        let series = all.targets.take(&key, || TargetSeries {
            interval: AtomicF64::new(0.0),
            unverified: AtomicF64::new(0.0),
            logins: LoginCounters::new(Arc::clone(&all.changes)),
        });
        series.interval.set(interval.as_secs_f64());
        series.unverified.set(if unverified { 1.0 } else { 0.0 });
        all.members_changed();
        Self { logins: series.logins.clone(), all: Arc::clone(all), key }
    }

    /// The series of one of the target's collectors.
    pub fn collector(&self, collector: &'static str) -> CollectorMetrics {
        let key = (self.key.clone(), collector);
        let series = self.all.collectors.take(&key, CollectorSeries::new);
        self.all.members_changed();
        CollectorMetrics { series, all: Arc::clone(&self.all), key }
    }
}

impl Drop for TargetMetrics {
    fn drop(&mut self) {
        self.all.targets.give_back(&self.key);
        self.all.members_changed();
    }
}

impl CollectorMetrics {
    fn changed(&self) {
        self.series.changes.fetch_add(1, Ordering::AcqRel);
        self.all.changed();
    }

    /// A poll has begun.
    pub fn begun(&self) {
        self.series.polls.inc_by(1);
        self.changed();
    }

    /// A poll has ended.
    pub fn ended(&self, took: Duration, failure: Option<Reason>) {
        let series = &self.series;
        series.success.set(if failure.is_none() { 1.0 } else { 0.0 });
        series.duration.set(took.as_secs_f64());
        series.set_failure(failure);
        match failure {
            None => series.last_success.set(seconds(SystemTime::now())),
            Some(reason) => {
                let counter = series.failures.iter().find(|(known, _)| *known == reason);
                counter.into_iter().for_each(|(_, counter)| counter.inc_by(1));
            }
        }
        self.changed();
    }

    /// Takes back what is said of the last poll.
    pub fn forget_outcome(&self) {
        let series = &self.series;
        for gauge in [&series.success, &series.duration, &series.last_success, &series.unknown] {
            gauge.set(f64::NAN);
        }
        series.set_failure(None);
        self.changed();
    }

    /// What of a good poll was not read.
    pub fn unreadable(&self, fields: &Unreadable) {
        self.series.unknown.set(fields.unknown.count() as f64);
        for (field, count) in fields.iter() {
            self.series.add_unreadable(field, count);
        }
        self.changed();
    }
}

impl Drop for CollectorMetrics {
    fn drop(&mut self) {
        self.all.collectors.give_back(&self.key);
        self.all.members_changed();
    }
}
