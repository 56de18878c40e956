//! One contract and the days it has left.

use maud::{Markup, html};

use super::facts::Facts;
use super::severity::Severity;
use super::words::{date, number};
use crate::observation::Sample;

const DAY: f64 = 86_400.0;

/// With so much left it is time to renew: as the alert FortinetLicenseExpiresIn30Days.
const SOON: f64 = 30.0 * DAY;

/// What is left of a contract, by its timestamp and the time: the stated day is still covered.
#[derive(Clone, Copy)]
pub(super) struct Left {
    seconds: f64,
}

/// A contract of a target.
pub(super) struct Contract<'a> {
    pub(super) facts: &'a Facts<'a>,
    sample: &'a Sample,
    left: Left,
}

impl Left {
    /// Both are in seconds since 1970.
    pub(super) fn of(ends: f64, now: f64) -> Self {
        Self { seconds: ends + DAY - now }
    }

    pub(super) fn severity(self) -> Severity {
        match self.seconds {
            ..0.0 => Severity::Bad,
            0.0..=SOON => Severity::Warning,
            _ => Severity::Good,
        }
    }

    /// Whole days: 0 on the last day, -1 on the day after it.
    fn days(self) -> i64 {
        (self.seconds / DAY).floor() as i64
    }
}

impl<'a> Contract<'a> {
    /// The contract at this place among those of a target.
    pub(super) fn of(facts: &'a Facts<'a>, place: usize, now: f64) -> Option<Self> {
        let sample = facts.digest.contracts().get(place)?;
        Some(Self { facts, sample, left: Left::of(sample.value, now) })
    }

    /// What it is called, and the code it goes by: `AntiVirus Engine (AVEN)`.
    pub(super) fn name(&self) -> String {
        let code = self.code();
        let contracts = self.facts.target.system.contracts.as_ref();
        let name =
            contracts.and_then(|contracts| self.facts.digest.text(contracts.name.as_ref()?, Some(code)));
        match name {
            Some(name) if name != code => format!("{name} ({code})"),
            _ => code.to_owned(),
        }
    }

    /// `24x7 Support`, where the system says so.
    pub(super) fn level(&self) -> Option<&str> {
        let contracts = self.facts.target.system.contracts.as_ref()?;
        self.facts.digest.text(contracts.level.as_ref()?, Some(self.code()))
    }

    pub(super) fn date(&self) -> Markup {
        html! { time { (date(self.sample.value)) } }
    }

    pub(super) fn badge(&self) -> Markup {
        let severity = self.left.severity();
        let word = match severity {
            Severity::Bad => "expired",
            Severity::Warning => "soon",
            Severity::Good => "valid",
        };
        severity.badge(word)
    }

    /// `310 days left`, `ended 2 days ago`.
    pub(super) fn days(&self) -> String {
        let left = self.left.days();
        let days = number(left.unsigned_abs(), "day", "days");
        match left {
            ..0 => format!("ended {days} ago"),
            0 => "today is its last day".to_owned(),
            _ => format!("{days} left"),
        }
    }

    fn code(&self) -> &'a str {
        self.sample.labels.first().map_or("", String::as_str)
    }
}
