//! Something that should stand otherwise, as a person would put it.

use maud::{Markup, html};

use super::facts::Facts;
use super::severity::Severity;
use super::words::{grouped, past};
use crate::observation::{Alarm, Sample, Wrong};

/// Of so many things it is told which they are.
const MOST: usize = 10;

/// An alarm of a target.
#[derive(Clone, Copy)]
pub(super) struct Raised<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) alarm: &'static Alarm,
}

impl<'a> Raised<'a> {
    /// What should stand otherwise of a target.
    pub(super) fn of(facts: &'a Facts<'a>) -> impl Iterator<Item = Self> {
        facts.digest.alarms.iter().map(move |alarm| Self { facts, alarm })
    }

    pub(super) fn severity(&self) -> Severity {
        Severity::of(self.alarm)
    }

    pub(super) fn badge(&self) -> Markup {
        self.severity().badge(self.alarm.badge)
    }

    /// What is wrong, of what, and how much: `tasks of the last day have failed: 2`.
    pub(super) fn words(&self, today: f64) -> Markup {
        let pieces = self.pieces(today);
        let more = pieces.len().saturating_sub(MOST);
        html! {
            (self.alarm.words)
            @for (number, piece) in pieces.iter().take(MOST).enumerate() {
                @if number == 0 { ": " } @else { ", " }
                span.figures { (piece) }
            }
            @if more > 0 { " and " (grouped(&more)) " more" }
        }
    }

    /// One for each of those that it is about.
    fn pieces(&self, today: f64) -> Vec<String> {
        let mut pieces: Vec<(&str, f64)> = Vec::new();
        for sample in self.facts.digest.raised(self.alarm) {
            let whose = self.whose(sample);
            match pieces.last_mut() {
                Some((last, sum)) if *last == whose => *sum += sample.value,
                _ => pieces.push((whose, sample.value)),
            }
        }
        let piece = |(whose, value): (&str, f64)| {
            let how_much = match self.alarm.wrong {
                Wrong::Is(_) => String::new(),
                Wrong::Any => grouped(&value),
                Wrong::OlderThan(_) => past(value, today),
            };
            [whose, &how_much].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        };
        pieces.into_iter().map(piece).filter(|piece| !piece.is_empty()).collect()
    }

    /// The first label, unless it is the one by which the alarm tells its series from others.
    fn whose<'s>(&self, sample: &'s Sample) -> &'s str {
        let told = sample.labels.len() - usize::from(!self.alarm.of.is_empty());
        sample.labels.get(..told).and_then(<[String]>::first).map_or("", String::as_str)
    }
}
