//! How full something is.

use maud::{Markup, html};

use super::facts::Facts;
use super::severity::Severity;
use super::words::amount;
use crate::observation::{Quota, Sample};

/// Parts of the limit from which on it deserves a look, and from which on it is urgent.
const FILLING_UP: f64 = 0.8;
const NEARLY_FULL: f64 = 0.9;

/// Something with a limit, and how much of it is in use.
pub(super) struct Filled<'a> {
    quota: &'static Quota,
    labels: &'a [String],
    limit: f64,
    used: Option<f64>,
    is_exceeded: bool,
}

impl<'a> Filled<'a> {
    /// `None` where there is no limit: some systems write that as 0.
    pub(super) fn of(facts: &Facts<'_>, quota: &'static Quota, limit: &'a Sample) -> Option<Self> {
        let labels = limit.labels.as_slice();
        let used = quota.used.and_then(|used| facts.value(used, labels));
        let is_exceeded = quota.exceeded.is_some_and(|flag| facts.value(flag, labels) == Some(1.0));
        (limit.value > 0.0).then_some(Self { quota, labels, limit: limit.value, used, is_exceeded })
    }

    /// 1 is full; unknown counts as empty.
    pub(super) fn part(&self) -> f64 {
        self.used.unwrap_or_default() / self.limit
    }

    pub(super) fn severity(&self) -> Severity {
        match self.part() {
            _ if self.is_exceeded => Severity::Bad,
            part if part >= NEARLY_FULL => Severity::Bad,
            part if part >= FILLING_UP => Severity::Warning,
            _ => Severity::Good,
        }
    }

    /// A word, if it deserves one.
    pub(super) fn badge(&self) -> Markup {
        let word = match self.severity() {
            _ if self.is_exceeded || self.part() > 1.0 => "over the limit",
            Severity::Bad => "nearly full",
            Severity::Warning => "filling up",
            Severity::Good => return html! {},
        };
        self.severity().badge(word)
    }

    pub(super) fn title(&self) -> String {
        if self.labels.is_empty() {
            self.quota.title.to_owned()
        } else {
            format!("{} {}", self.quota.title, self.labels.join(" "))
        }
    }

    /// `94 of 100 (94 %)`.
    pub(super) fn figures(&self) -> String {
        let limit = amount(self.limit, self.quota.unit);
        match self.used {
            Some(used) => {
                // What is not quite full is not 100 %.
                let percent = (self.part() * 100.0).floor();
                format!("{} of {limit} ({percent} %)", amount(used, self.quota.unit))
            }
            None => format!("up to {limit}"),
        }
    }

    /// As a bar with its figures.
    pub(super) fn bar(&self) -> Markup {
        let title = self.title();
        let (low, high) = (self.limit * FILLING_UP, self.limit * NEARLY_FULL);
        html! {
            span.quota {
                span.what { (title) }
                span.figures {
                    (self.figures())
                    " " (self.badge())
                }
                @if let Some(used) = self.used {
                    meter aria-label=(title) min="0" max=(self.limit) low=(low) high=(high) optimum="0" value=(used) {}
                }
            }
        }
    }
}
