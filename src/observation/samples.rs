//! Values of metrics, as one poll found them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::metric::Metric;
use super::shared::{Labels, Shared};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What was measured.
    pub metric: &'static Metric,
    /// Label values in the order of [`Metric::labels`].
    pub labels: Labels,
    /// Always finite.
    pub value: f64,
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// An instant as Prometheus wants it: seconds since 1970.
pub fn seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// A text of a system's own as a label value: without space around it, control
/// characters or what turns the text behind it around, and not endless.
pub fn label(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control() && !turns_around(*c));
    let mut label: String = shown.skip_while(|c| c.is_whitespace()).take(LONGEST).collect();
    label.truncate(label.trim_end().len());
    label
}

/// Whether it makes a page or a terminal show what follows from right to left, or back.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether [`label`] leaves this text as it is, as far as a glance
/// tells: of a million endpoints nearly all names of versions do.
pub fn is_label(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    text.len() <= LONGEST && text.bytes().all(is_plain) && !text.starts_with(' ') && !text.ends_with(' ')
}

/// Characters in a label value.
const LONGEST: usize = 128;

/// The samples of one poll. Takes only what Prometheus can take: finite
/// values, one per series.
#[derive(Debug, Default)]
pub struct Samples(Vec<Sample>);

impl Samples {
    /// Adds a value; one that is unknown or not finite is left out, as is a
    /// second value for the same series.
    pub fn push(&mut self, metric: &'static Metric, labels: &[&str], value: impl Into<Option<f64>>) {
        debug_assert_eq!(metric.labels.len(), labels.len(), "labels of {}", metric.name);
        // Adding 0 turns -0 into 0.
        let Some(value) = value.into().filter(|value| value.is_finite()).map(|value| value + 0.0) else {
            return;
        };
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        self.0.push(Sample { metric, labels, value });
    }

    /// Adds a switch as 1 or 0.
    pub fn push_flag(&mut self, metric: &'static Metric, labels: &[&str], value: Option<bool>) {
        self.push(metric, labels, value.map(|flag| if flag { 1.0 } else { 0.0 }));
    }

    /// Takes the labels that others have as well from them.
    pub(super) fn share(&mut self, shared: &Shared) {
        self.0.shrink_to_fit();
        for sample in &mut self.0 {
            sample.labels = shared.of(std::mem::take(&mut sample.labels));
        }
    }

    /// The samples grouped by metric and sorted by labels, each series once.
    pub fn into_sorted(mut self) -> Vec<Sample> {
        // The sort is stable: of two values for a series the first stays.
        self.0.sort_by(|a, b| (a.metric.name, &a.labels).cmp(&(b.metric.name, &b.labels)));
        self.0.dedup_by(|b, a| a.metric == b.metric && a.labels == b.labels);
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_shows_what_it_says_from_its_first_letter_on() {
        for (text, expected) in [
            ("24x7 Support", "24x7 Support"),
            (" fw-paris\n", "fw-paris"),
            ("\u{1} fw\u{7}-paris \u{1b}", "fw-paris"),
            ("fw-\u{202e}sirap\u{202c}", "fw-sirap"),
            ("\u{2067}\u{200f}fw\u{2069}", "fw"),
            ("Zoë 漢 שלום", "Zoë 漢 שלום"),
            ("\u{202e} \t", ""),
        ] {
            assert_eq!(label(text), expected, "{text:?}");
        }
        let long = format!("  {} x", "ä".repeat(LONGEST - 1));
        assert_eq!(label(&long), "ä".repeat(LONGEST - 1));
    }
}
