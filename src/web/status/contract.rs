//! One contract and the days it has left.

use maud::{Markup, html};

use super::facts::Facts;
use super::severity::Severity;
use super::words::{date, number};
use crate::observation::Sample;

const DAY: f64 = 86_400.0;

/// From so many days on it is time to renew.
const SOON: i64 = 30;

/// A contract of a target.
#[derive(Clone, Copy)]
pub(super) struct Contract<'a> {
    pub(super) facts: &'a Facts<'a>,
    sample: &'a Sample,
    /// When it ends, in seconds since 1970; here, since tens of thousands are sorted by it.
    pub(super) ends: f64,
    /// The stated day is still covered, so it has 0 days left, not less.
    days_left: i64,
}

impl<'a> Contract<'a> {
    /// All of a target. `now` is in seconds since 1970.
    pub(super) fn all_of(facts: &'a Facts<'a>, now: f64) -> impl Iterator<Item = Self> {
        facts.contracts().iter().map(move |sample| {
            let days_left = ((sample.value - now) / DAY).ceil() as i64;
            Self { facts, sample, ends: sample.value, days_left }
        })
    }

    pub(super) fn severity(&self) -> Severity {
        match self.days_left {
            ..0 => Severity::Bad,
            0..=SOON => Severity::Warning,
            _ => Severity::Good,
        }
    }

    /// What it is called, and the code it goes by: `AntiVirus Engine (AVEN)`.
    pub(super) fn name(&self) -> String {
        let code = self.code();
        let contracts = self.facts.target.system.contracts.as_ref();
        let name = contracts.and_then(|contracts| self.facts.text(contracts.name.as_ref()?, Some(code)));
        match name {
            Some(name) if name != code => format!("{name} ({code})"),
            _ => code.to_owned(),
        }
    }

    /// `24x7 Support`, where the system says so.
    pub(super) fn level(&self) -> Option<&str> {
        let contracts = self.facts.target.system.contracts.as_ref()?;
        self.facts.text(contracts.level.as_ref()?, Some(self.code()))
    }

    pub(super) fn date(&self) -> Markup {
        html! { time { (date(self.ends)) } }
    }

    pub(super) fn badge(&self) -> Markup {
        let word = match self.severity() {
            Severity::Bad => "expired",
            Severity::Warning => "soon",
            Severity::Good => "valid",
        };
        self.severity().badge(word)
    }

    /// `310 days left`, `ended 2 days ago`.
    pub(super) fn days(&self) -> String {
        let days = number(self.days_left.unsigned_abs(), "day", "days");
        match self.days_left {
            ..0 => format!("ended {days} ago"),
            0 => "today is its last day".to_owned(),
            _ => format!("{days} left"),
        }
    }

    fn code(&self) -> &'a str {
        self.sample.labels.first().map_or("", String::as_str)
    }
}
