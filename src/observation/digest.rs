//! One target as a list of thousands needs it, worked out when a poll has
//! ended: whoever lists them all reads a few numbers of each, not its samples.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::health::Health;
use super::latest::{CollectorState, Observation};
use super::metric::Metric;
use super::part::Part;
use super::samples::{Sample, seconds};
use super::system::{Alarm, Quota, System, Text, Total, is_among};

/// What is known of one target. It holds the samples it speaks of.
#[derive(Debug)]
pub struct Digest {
    /// How it is.
    pub health: Health,
    /// Its collectors, the main one first.
    pub parts: Box<[Part]>,
    /// When each contract ends, in the order of [`Self::contracts`]: seconds since 1970.
    pub ends: Box<[f64]>,
    /// What it may have only so much of.
    pub limits: Box<[Limit]>,
    /// The system's totals in their order, as far as they are known.
    pub totals: Box<[Option<f64>]>,
    /// What is wrong with it by itself; what of each, [`Self::raised`] tells.
    pub alarms: Box<[&'static Alarm]>,
    system: &'static System,
    /// When the first of its samples are too old to be shown.
    until: Option<Instant>,
}

/// How much there may be of something, and how much there is.
#[derive(Debug)]
pub struct Limit {
    /// Of what.
    pub quota: &'static Quota,
    /// Never 0, by which some systems mean that there is no limit.
    pub limit: f64,
    /// How much of it is in use, if that is known.
    pub used: Option<f64>,
    /// Whether the system itself says that it is too much.
    pub is_exceeded: bool,
    /// The place among the series of the quota's limit.
    place: usize,
}

impl Digest {
    pub(super) fn of(
        system: &'static System,
        collectors: &[CollectorState],
        stale_after: Duration,
        now: Instant,
    ) -> Self {
        let is_fresh = |observation: &Arc<Observation>| now < observation.taken + stale_after;
        let part = |collector: &CollectorState| {
            let observation = collector.observation();
            Part {
                name: collector.name,
                last_good: observation.as_ref().map(|observation| observation.taken),
                fresh: observation.filter(is_fresh),
                outcome: collector.outcome(),
            }
        };
        let parts: Box<[Part]> = collectors.iter().map(part).collect();
        let until = parts.iter().filter_map(|part| Some(part.fresh.as_ref()?.taken + stale_after)).min();
        let empty = Self {
            health: Health::of(&parts),
            parts,
            ends: Box::default(),
            limits: Box::default(),
            totals: Box::default(),
            alarms: Box::default(),
            system,
            until,
        };
        Self {
            ends: empty.contracts().iter().map(|sample| sample.value).collect(),
            limits: system.quotas.iter().flat_map(|quota| empty.limits_of(quota)).collect(),
            totals: system.totals.iter().map(|total| empty.total(total)).collect(),
            alarms: system.alarms.iter().filter(|alarm| empty.raised(alarm).next().is_some()).collect(),
            ..empty
        }
    }

    /// Whether nothing has gone stale since it was made.
    pub(super) fn is_true_at(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// The series of a metric, if they are shown.
    pub fn series(&self, metric: &'static Metric) -> &[Sample] {
        let shown = self.parts.iter().filter_map(|part| part.fresh.as_ref());
        shown
            .map(|observation| observation.series(metric))
            .find(|series| !series.is_empty())
            .unwrap_or_default()
    }

    /// A text beside the first label `first`, or beside none.
    pub fn text(&self, text: &Text, first: Option<&str>) -> Option<&str> {
        let is_it = |sample: &&Sample| first.is_none() || sample.labels.first().map(String::as_str) == first;
        self.series(text.metric).iter().find(is_it).and_then(|sample| text.of(sample))
    }

    /// The day each contract ends.
    pub fn contracts(&self) -> &[Sample] {
        self.system.contracts.as_ref().map_or(&[], |contracts| self.series(contracts.expiry))
    }

    /// What tells a limit from the others of its quota.
    pub fn labels(&self, limit: &Limit) -> &[String] {
        self.series(limit.quota.limit).get(limit.place).map_or(&[], |sample| &sample.labels)
    }

    fn limits_of(&self, quota: &'static Quota) -> impl Iterator<Item = Limit> {
        let series = self.series(quota.limit).iter().enumerate().filter(|(_, limit)| limit.value > 0.0);
        series.map(move |(place, limit)| Limit {
            quota,
            limit: limit.value,
            used: quota.used.and_then(|used| self.value(used, &limit.labels)),
            is_exceeded: quota.exceeded.is_some_and(|flag| self.value(flag, &limit.labels) == Some(1.0)),
            place,
        })
    }

    /// The value of the series with these labels.
    fn value(&self, metric: &'static Metric, labels: &[String]) -> Option<f64> {
        self.series(metric).iter().find(|sample| *sample.labels == *labels).map(|sample| sample.value)
    }

    fn total(&self, total: &Total) -> Option<f64> {
        let counted = self.series(total.metric).iter().filter(|sample| is_among(sample, total.of));
        counted.map(|sample| sample.value).reduce(|sum, value| sum + value)
    }

    /// The series that raise an alarm.
    pub fn raised(&self, alarm: &Alarm) -> impl Iterator<Item = &Sample> {
        let now = seconds(SystemTime::now());
        let is_read = |name| self.parts.iter().any(|part| part.name == name);
        let series = if alarm.of_collector.is_none_or(is_read) { self.series(alarm.metric) } else { &[] };
        series.iter().filter(move |sample| alarm.is_raised(sample, now))
    }
}
