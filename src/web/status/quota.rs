//! How full something is.

use maud::{Markup, html};

use super::severity::Severity;
use super::words::amount;
use crate::observation::{Digest, Limit};

/// Parts of the limit from which on it deserves a look, and from which on it is urgent.
const FILLING_UP: f64 = 0.8;
const NEARLY_FULL: f64 = 0.9;

/// Something with a limit, and how much of it is in use.
#[derive(Clone, Copy)]
pub(super) struct Filled<'a> {
    /// Of its target.
    pub(super) digest: &'a Digest,
    pub(super) limit: &'a Limit,
}

impl Filled<'_> {
    /// 1 is full; unknown counts as empty.
    pub(super) fn part(&self) -> f64 {
        self.limit.used.unwrap_or_default() / self.limit.limit
    }

    pub(super) fn severity(&self) -> Severity {
        match self.part() {
            _ if self.limit.is_exceeded => Severity::Bad,
            part if part >= NEARLY_FULL => Severity::Bad,
            part if part >= FILLING_UP => Severity::Warning,
            _ => Severity::Good,
        }
    }

    /// A word, if it deserves one.
    pub(super) fn badge(&self) -> Markup {
        let word = match self.severity() {
            _ if self.limit.is_exceeded || self.part() > 1.0 => "over the limit",
            Severity::Bad => "nearly full",
            Severity::Warning => "filling up",
            Severity::Good => return html! {},
        };
        self.severity().badge(word)
    }

    pub(super) fn title(&self) -> String {
        let (title, labels) = (self.limit.quota.title, self.digest.labels(self.limit));
        if labels.is_empty() { title.to_owned() } else { format!("{title} {}", labels.join(" ")) }
    }

    /// `94 of 100 (94 %)`.
    pub(super) fn figures(&self) -> String {
        let unit = self.limit.quota.unit;
        let limit = amount(self.limit.limit, unit);
        match self.limit.used {
            Some(used) => {
                // What is not quite full is not 100 %.
                let percent = (self.part() * 100.0).floor();
                format!("{} of {limit} ({percent} %)", amount(used, unit))
            }
            None => format!("up to {limit}"),
        }
    }

    /// As a bar with its figures.
    pub(super) fn bar(&self) -> Markup {
        let title = self.title();
        let Limit { limit, used, .. } = self.limit;
        let (low, high) = (limit * FILLING_UP, limit * NEARLY_FULL);
        html! {
            span.quota {
                span.what { (title) }
                span.figures {
                    (self.figures())
                    " " (self.badge())
                }
                @if let Some(used) = used {
                    meter aria-label=(title) min="0" max=(limit) low=(low) high=(high) optimum="0" value=(used) {}
                }
            }
        }
    }
}
