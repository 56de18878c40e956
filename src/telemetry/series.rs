//! The series of one target and of its collectors. They exist for as long as
//! somebody holds the structs below; counters whose labels are known start at 0.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use prometheus::{GaugeVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry};

use super::claims::{Claims, Key};
use super::definitions as d;
use crate::observation::{Metric, seconds};
use crate::upstream::{LoginCounters, Reason, Unreadable};

/// Every family that has a series per target.
pub(super) struct Families {
    claims: Claims,
    success: IntGaugeVec,
    duration: GaugeVec,
    last_success: GaugeVec,
    polls: IntCounterVec,
    failures: IntCounterVec,
    failure: IntGaugeVec,
    unreadable: IntCounterVec,
    logins: IntCounterVec,
    login_failures: IntCounterVec,
    interval: GaugeVec,
    unverified: IntGaugeVec,
}

/// The series that belong to one target.
pub struct TargetMetrics {
    /// For the session keeper.
    pub logins: LoginCounters,
    families: Arc<Families>,
    key: Key,
}

/// The series that belong to one collector of one target.
pub struct CollectorMetrics {
    families: Arc<Families>,
    key: Key,
    collector: &'static str,
    polls: IntCounter,
    failures: Vec<(Reason, IntCounter)>,
}

impl Families {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            claims: Claims::default(),
            success: int_gauges(registry, &d::SUCCESS)?,
            duration: gauges(registry, &d::DURATION)?,
            last_success: gauges(registry, &d::LAST_SUCCESS)?,
            polls: counters(registry, &d::POLLS)?,
            failures: counters(registry, &d::FAILURES)?,
            failure: int_gauges(registry, &d::FAILURE)?,
            unreadable: counters(registry, &d::UNREADABLE)?,
            logins: counters(registry, &d::LOGINS)?,
            login_failures: counters(registry, &d::LOGIN_FAILURES)?,
            interval: gauges(registry, &d::INTERVAL)?,
            unverified: int_gauges(registry, &d::UNVERIFIED)?,
        })
    }
}

impl TargetMetrics {
    pub(super) fn new(families: &Arc<Families>, name: &str, interval: Duration, unverified: bool) -> Self {
        let key = (name.to_owned(), None);
        let logins = families.claims.take(&key, || {
            families.interval.with_label_values(&[name]).set(interval.as_secs_f64());
            families.unverified.with_label_values(&[name]).set(unverified.into());
            LoginCounters {
                attempts: families.logins.with_label_values(&[name]),
                failures: families.login_failures.with_label_values(&[name]),
            }
        });
        Self { logins, families: Arc::clone(families), key }
    }

    /// The series of one of the target's collectors.
    pub fn collector(&self, collector: &'static str) -> CollectorMetrics {
        let families = Arc::clone(&self.families);
        let (target, _) = &self.key;
        let key = (target.clone(), Some(collector));
        let (polls, failures) = families.claims.take(&key, || {
            let failures = Reason::ALL.map(|reason| {
                let labels = [target, collector, reason.as_str()];
                (reason, families.failures.with_label_values(&labels))
            });
            (families.polls.with_label_values(&[target.as_str(), collector]), failures.into())
        });
        CollectorMetrics { families, key, collector, polls, failures }
    }
}

impl Drop for TargetMetrics {
    fn drop(&mut self) {
        let families = &self.families;
        let labels = [self.key.0.as_str()];
        families.claims.give_back(&self.key, |_| {
            // An error says that there is no such series: as it should be.
            let _ = families.interval.remove_label_values(&labels);
            let _ = families.unverified.remove_label_values(&labels);
            let _ = families.logins.remove_label_values(&labels);
            let _ = families.login_failures.remove_label_values(&labels);
        });
    }
}

impl CollectorMetrics {
    fn labels(&self) -> [&str; 2] {
        [self.key.0.as_str(), self.collector]
    }

    /// A poll has begun.
    pub fn begun(&self) {
        self.polls.inc();
    }

    /// A poll has ended.
    pub fn ended(&self, took: Duration, failure: Option<Reason>) {
        let (families, labels) = (&self.families, self.labels());
        families.success.with_label_values(&labels).set(failure.is_none().into());
        families.duration.with_label_values(&labels).set(took.as_secs_f64());
        self.note_failure(failure);
        match failure {
            None => families.last_success.with_label_values(&labels).set(seconds(SystemTime::now())),
            Some(reason) => {
                let counter = self.failures.iter().find(|(known, _)| *known == reason);
                counter.into_iter().for_each(|(_, counter)| counter.inc());
            }
        }
    }

    /// Takes back what is said of the last poll.
    pub fn forget_outcome(&self) {
        self.note_failure(None);
        self.remove_outcome();
    }

    fn note_failure(&self, failure: Option<Reason>) {
        let (family, [target, collector]) = (&self.families.failure, self.labels());
        self.families.claims.note_failure(&self.key, failure, |before| {
            if before == failure {
                return;
            }
            if let Some(before) = before {
                let _ = family.remove_label_values(&[target, collector, before.as_str()]);
            }
            if let Some(reason) = failure {
                family.with_label_values(&[target, collector, reason.as_str()]).set(1);
            }
        });
    }

    fn remove_outcome(&self) {
        let (families, labels) = (&self.families, self.labels());
        // An error says that there is no such series: as it should be.
        let _ = families.success.remove_label_values(&labels);
        let _ = families.duration.remove_label_values(&labels);
        let _ = families.last_success.remove_label_values(&labels);
    }

    /// Values of a good poll that could not be read.
    pub fn unreadable(&self, fields: &Unreadable) {
        let [target, collector] = self.labels();
        for (field, count) in fields.iter() {
            self.families.claims.note_field(&self.key, field);
            self.families.unreadable.with_label_values(&[target, collector, field]).inc_by(count);
        }
    }
}

impl Drop for CollectorMetrics {
    fn drop(&mut self) {
        let (families, labels) = (&self.families, self.labels());
        let [target, collector] = labels;
        families.claims.give_back(&self.key, |left| {
            self.remove_outcome();
            let _ = families.polls.remove_label_values(&labels);
            for reason in Reason::ALL {
                let _ = families.failures.remove_label_values(&[target, collector, reason.as_str()]);
            }
            if let Some(reason) = left.failure {
                let _ = families.failure.remove_label_values(&[target, collector, reason.as_str()]);
            }
            for field in &left.fields {
                let _ = families.unreadable.remove_label_values(&[target, collector, field]);
            }
        });
    }
}

pub(super) fn options(metric: &Metric) -> Opts {
    Opts::new(metric.name, metric.help())
}

fn int_gauges(registry: &Registry, metric: &Metric) -> Result<IntGaugeVec, prometheus::Error> {
    let family = IntGaugeVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

fn gauges(registry: &Registry, metric: &Metric) -> Result<GaugeVec, prometheus::Error> {
    let family = GaugeVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

fn counters(registry: &Registry, metric: &Metric) -> Result<IntCounterVec, prometheus::Error> {
    let family = IntCounterVec::new(options(metric), metric.labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}
