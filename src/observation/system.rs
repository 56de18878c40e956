//! What a kind of system declares about its metrics, for those who show them
//! to people: which of them belong together, and what they are called. Whoever
//! shows them need not know the system.

use std::time::Duration;

use super::metric::Metric;
use super::samples::Sample;

/// A kind of system.
#[derive(Debug)]
pub struct System {
    /// In words.
    pub name: &'static str,
    /// Says whether the main collector's last poll succeeded.
    pub up: &'static Metric,
    /// Where its version stands, if anywhere.
    pub version: Option<Text>,
    /// What it has contracts for, if it has any.
    pub contracts: Option<Contracts>,
    /// What may run full.
    pub quotas: &'static [Quota],
    /// How much of everything there is.
    pub totals: &'static [Total],
    /// What else there is to say of one.
    pub details: &'static [Detail],
    /// What is wrong by itself.
    pub alarms: &'static [Alarm],
}

/// A text in a label of a metric that is always 1.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The metric.
    pub metric: &'static Metric,
    /// One of its labels.
    pub label: &'static str,
}

/// Contracts, told apart by the only label of `expiry`.
#[derive(Debug)]
pub struct Contracts {
    /// The instant at which the last day that is covered begins.
    pub expiry: &'static Metric,
    /// What a contract is called, by the same label in first place.
    pub name: Option<Text>,
    /// What else there is to say of it, likewise.
    pub level: Option<Text>,
}

/// Something with a limit. If its metrics have a label, there is one for each of its values.
#[derive(Debug)]
pub struct Quota {
    /// What is counted or measured.
    pub title: &'static str,
    /// How much of it is in use; `None` where only the limit is known.
    pub used: Option<&'static Metric>,
    /// How much there may be.
    pub limit: &'static Metric,
    /// 1 where the system itself says that it is too much.
    pub exceeded: Option<&'static Metric>,
    /// What both are measured in.
    pub unit: Unit,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Pieces.
    Count,
    /// Bytes, best shown in powers of 1024.
    Bytes,
}

/// A number that may be summed up over many systems.
#[derive(Debug)]
pub struct Total {
    /// What is counted.
    pub title: &'static str,
    /// The metric.
    pub metric: &'static Metric,
    /// Which of its series, by the value of the last label; all of them where none is named.
    pub of: &'static [&'static str],
}

/// Something to be told of a single system.
#[derive(Debug)]
pub struct Detail {
    /// What it is.
    pub title: &'static str,
    /// Where it stands.
    pub told: Told,
}

/// How something is told.
#[derive(Debug)]
pub enum Told {
    /// In the system's own words.
    Text(Text),
    /// As the time since an instant in seconds since 1970.
    Age(&'static Metric),
}

/// What should stand otherwise: where the alert that ships with the exporter would fire.
#[derive(Debug)]
pub struct Alarm {
    /// The metric.
    pub metric: &'static Metric,
    /// Which of its series, by the value of the last label; all of them where none is named.
    pub of: &'static [&'static str],
    /// What of them is wrong.
    pub wrong: Wrong,
    /// The collector without which nothing is wrong with that, if there is one.
    pub of_collector: Option<&'static str>,
    /// Whether the alert wakes a person.
    pub is_urgent: bool,
    /// In a word or two.
    pub badge: &'static str,
    /// What is wrong then; of what and how much of it may follow.
    pub words: &'static str,
}

/// Which values are wrong.
#[derive(Debug)]
pub enum Wrong {
    /// This one, of a switch.
    Is(f64),
    /// More than 0, of pieces.
    Any,
    /// An instant that is longer ago.
    OlderThan(Duration),
}

impl Alarm {
    /// Whether this sample of its metric is wrong at `now`, in seconds since 1970.
    pub(super) fn is_raised(&self, sample: &Sample, now: f64) -> bool {
        let is_wrong = match self.wrong {
            Wrong::Is(value) => sample.value == value,
            Wrong::Any => sample.value > 0.0,
            Wrong::OlderThan(age) => now - sample.value > age.as_secs_f64(),
        };
        is_wrong && is_among(sample, self.of)
    }
}

/// Whether the last label has one of these values.
pub(super) fn is_among(sample: &Sample, values: &[&str]) -> bool {
    values.is_empty() || sample.labels.last().is_some_and(|last| values.contains(&last.as_str()))
}

impl Text {
    /// The text in a sample of the metric, unless it is empty.
    pub fn of<'a>(&self, sample: &'a Sample) -> Option<&'a str> {
        let index = self.metric.labels.iter().position(|label| *label == self.label)?;
        sample.labels.get(index).map(String::as_str).filter(|text| !text.is_empty())
    }
}
