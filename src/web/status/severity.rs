//! How much something matters: always a word, and the colour to it.

use maud::{Markup, html};

use crate::observation::Alarm;

/// The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    Bad,
    Warning,
    Good,
}

impl Severity {
    pub(super) fn of(alarm: &Alarm) -> Self {
        if alarm.is_urgent { Self::Bad } else { Self::Warning }
    }

    /// The class that has the colour.
    fn class(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Warning => "warning",
            Self::Good => "good",
        }
    }

    /// A word in that colour.
    pub(super) fn badge(self, word: &str) -> Markup {
        html! { span class={ "badge " (self.class()) } { (word) } }
    }
}
