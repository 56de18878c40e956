//! The latest of one target as a person would put it.

use std::sync::Arc;

use tokio::time::Instant;

use super::quota::Filled;
use super::severity::Severity;
use crate::observation::{Alarm, Metric, Observation, Outcome, Sample, TargetState, Text};

/// How a target is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Without numbers: the last good ones are too old.
    Stale,
    /// The last poll failed; earlier numbers are shown.
    Failing,
    /// A further collector has failed.
    PartlyFailing,
    /// Not polled yet.
    Waiting,
    /// All is well.
    Working,
}

/// One target at one instant.
pub(super) struct Facts<'a> {
    pub(super) target: &'a TargetState,
    pub(super) state: State,
    pub(super) parts: Vec<Part>,
}

/// One of its collectors.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// When the last good poll ended, however long ago.
    pub(super) last_good: Option<Instant>,
    /// What is shown of it.
    pub(super) fresh: Option<Arc<Observation>>,
    pub(super) outcome: Option<Arc<Outcome>>,
}

impl State {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Failing => "failing",
            Self::PartlyFailing => "partly failing",
            Self::Waiting => "not polled yet",
            Self::Working => "working",
        }
    }

    /// As the title of how many there are of it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Stale => "Stale",
            Self::Failing => "Failing",
            Self::PartlyFailing => "Partly failing",
            Self::Waiting => "Not polled yet",
            Self::Working => "Working",
        }
    }

    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Stale | Self::Failing => Severity::Bad,
            Self::PartlyFailing | Self::Waiting => Severity::Warning,
            Self::Working => Severity::Good,
        }
    }

    fn of(parts: &[Part]) -> Self {
        let is_well = |part: &Part| match &part.outcome {
            Some(outcome) => outcome.failure.is_none() && part.fresh.is_some(),
            None => true,
        };
        let Some((main, others)) = parts.split_first() else { return Self::Waiting };
        match &main.outcome {
            None => Self::Waiting,
            Some(_) if main.fresh.is_none() && main.last_good.is_some() => Self::Stale,
            Some(_) if !is_well(main) => Self::Failing,
            Some(_) if !others.iter().all(is_well) => Self::PartlyFailing,
            Some(_) => Self::Working,
        }
    }
}

impl<'a> Facts<'a> {
    pub(super) fn of(target: &'a TargetState) -> Self {
        let part = |collector: &crate::observation::CollectorState| Part {
            name: collector.name,
            last_good: collector.observation().map(|observation| observation.taken),
            fresh: collector.fresh(target.stale_after),
            outcome: collector.outcome(),
        };
        let parts: Vec<Part> = target.collectors.iter().map(part).collect();
        Self { target, state: State::of(&parts), parts }
    }

    /// Whether all words stand in what is known of it by name.
    pub(super) fn matches(&self, words: &[String]) -> bool {
        let reason = self
            .failures()
            .next()
            .map_or("", |(_, outcome)| outcome.failure.as_ref().map_or("", |failure| failure.reason));
        let target = self.target;
        let texts = [&target.name, target.system.name, &target.url, self.state.words(), reason];
        let texts = texts.map(str::to_lowercase);
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }

    /// The collectors whose last poll failed; one that failed for the same reason as the one
    /// before it is not named again.
    pub(super) fn failures(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        let mut told = None;
        self.parts.iter().filter_map(move |part| {
            let outcome = part.outcome.as_deref()?;
            let failure = outcome.failure.as_ref()?;
            (told.replace(failure) != Some(failure)).then_some((part, outcome))
        })
    }

    /// The series of a metric, if they are shown.
    pub(super) fn series(&self, metric: &'static Metric) -> &[Sample] {
        let shown = self.parts.iter().filter_map(|part| part.fresh.as_ref());
        shown
            .map(|observation| observation.series(metric))
            .find(|series| !series.is_empty())
            .unwrap_or_default()
    }

    /// The value of the series with these labels.
    pub(super) fn value(&self, metric: &'static Metric, labels: &[impl AsRef<str>]) -> Option<f64> {
        let is_it =
            |sample: &&Sample| sample.labels.iter().map(String::as_str).eq(labels.iter().map(AsRef::as_ref));
        self.series(metric).iter().find(is_it).map(|sample| sample.value)
    }

    /// A text beside the first label `first`, or beside none.
    pub(super) fn text(&self, text: &Text, first: Option<&str>) -> Option<&str> {
        let is_it = |sample: &&Sample| first.is_none() || sample.labels.first().map(String::as_str) == first;
        self.series(text.metric).iter().find(is_it).and_then(|sample| text.of(sample))
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.target.system.version.as_ref().and_then(|version| self.text(version, None))
    }

    /// What it may have only so much of.
    pub(super) fn quotas(&self) -> impl Iterator<Item = Filled<'_>> {
        self.target.system.quotas.iter().flat_map(|quota| {
            self.series(quota.limit).iter().filter_map(|limit| Filled::of(self, quota, limit))
        })
    }

    /// The day each contract ends.
    pub(super) fn contracts(&self) -> &[Sample] {
        self.target.system.contracts.as_ref().map_or(&[], |contracts| self.series(contracts.expiry))
    }

    /// What is wrong with it by itself.
    pub(super) fn alarms(&self) -> impl Iterator<Item = &'static Alarm> {
        let alarms = self.target.system.alarms.iter();
        alarms.filter(|alarm| self.series(alarm.metric).iter().any(|sample| sample.value == alarm.value))
    }
}
