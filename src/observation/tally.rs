//! How many there are of each text, such as a version.

use std::collections::HashMap;

use super::metric::Metric;
use super::samples::Samples;

/// How many there are of each text, bounded however many texts there are.
#[derive(Debug, Default)]
pub struct Tally {
    counts: HashMap<String, u64>,
    beyond: u64,
}

impl Tally {
    /// More texts than this are no names of versions, policies or groups.
    const MOST_COUNTED: usize = 10_000;
    /// Series shown; the rest is summed up.
    const MOST_SHOWN: usize = 50;

    /// Counts one of a text; nothing is counted of an empty one.
    pub fn add(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(count) = self.counts.get_mut(text) {
            *count += 1;
        } else if self.counts.len() < Self::MOST_COUNTED {
            self.counts.insert(text.to_owned(), 1);
        } else {
            self.beyond += 1;
        }
    }

    /// Whether any was counted, and all of them are shown by their texts.
    pub fn is_told(&self) -> bool {
        (1..=Self::MOST_SHOWN).contains(&self.counts.len())
    }

    /// Adds the most common texts, and under `other` the sum of the rest, as the one label of a metric.
    pub fn push(&self, metric: &'static Metric, samples: &mut Samples) {
        for (text, count) in self.most_common() {
            samples.push(metric, &[&text], count);
        }
    }

    fn most_common(&self) -> Vec<(String, f64)> {
        let mut sorted: Vec<(&String, &u64)> = self.counts.iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let shown = sorted.iter().take(Self::MOST_SHOWN);
        let mut shown: Vec<(String, f64)> =
            shown.map(|(text, count)| ((*text).clone(), **count as f64)).collect();
        let rest: u64 = sorted.iter().skip(Self::MOST_SHOWN).map(|(_, count)| **count).sum();
        let other = (self.beyond + rest) as f64;
        match shown.iter_mut().find(|(label, _)| label == "other") {
            Some((_, sum)) => *sum += other,
            None if other > 0.0 => shown.push(("other".to_owned(), other)),
            None => {}
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_shows_the_most_common_and_sums_up_the_rest() {
        let mut tally = Tally::default();
        for number in 0..60 {
            (0..=number).for_each(|_| tally.add(&format!("7.{number}")));
        }
        let shown = tally.most_common();
        assert_eq!(shown.len(), 51);
        assert_eq!(shown[0], ("7.59".to_owned(), 60.0));
        assert_eq!(shown[50], ("other".to_owned(), 55.0));
        let total: f64 = shown.iter().map(|(_, count)| count).sum();
        assert_eq!(total, 1830.0);
    }
}
