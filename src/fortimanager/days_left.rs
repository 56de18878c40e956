//! Things that end, counted by how long that is away.

use crate::observation::{LabelValues, Metric, Samples};

const DAY: f64 = 86_400.0;

/// What is left, and up to how many days; the last has no end.
const BUCKETS: [(&str, f64); 5] = [
    ("expired", 0.0),
    ("under_7d", 7.0),
    ("under_30d", 30.0),
    ("under_90d", 90.0),
    ("over_90d", f64::INFINITY),
];

/// Ends, counted as of one moment.
#[derive(Debug)]
pub(super) struct DaysLeft {
    now: f64,
    counts: [u32; BUCKETS.len()],
    next: Option<f64>,
}

impl DaysLeft {
    /// None yet, as of `now` in seconds since 1970.
    pub(super) fn new(now: f64) -> Self {
        Self { now, counts: [0; BUCKETS.len()], next: None }
    }

    /// Counts something that ends at this moment.
    pub(super) fn add(&mut self, end: f64) {
        let left = end - self.now;
        let counts = self.counts.iter_mut().zip(BUCKETS);
        if let Some((count, _)) = counts.into_iter().find(|(_, (_, days))| left <= days * DAY) {
            *count += 1;
        }
        if left > 0.0 {
            self.next = Some(self.next.map_or(end, |next| next.min(end)));
        }
    }

    /// The first end that is still to come.
    pub(super) fn next(&self) -> Option<f64> {
        self.next
    }

    /// Adds the counts, under these labels and what is left.
    pub(super) fn push(&self, metric: &'static Metric, labels: &[&str], samples: &mut Samples) {
        for ((left, _), count) in BUCKETS.iter().zip(self.counts) {
            samples.push(metric, &[labels, &[left]].concat(), f64::from(count));
        }
    }
}

/// The values of a label `left`.
pub(super) fn label_values(metric: &'static Metric) -> LabelValues {
    let meanings = ["", "", "7 to 30 days", "30 to 90 days", ""];
    LabelValues::closed(metric, "left", BUCKETS.iter().map(|(left, _)| *left).zip(meanings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fortimanager::metrics as m;

    #[test]
    fn each_end_is_counted_once_and_the_first_to_come_is_known() {
        let now = 1_000_000_000.0;
        let mut left = DaysLeft::new(now);
        assert_eq!(left.next(), None);
        for days in [-400.0, -0.1, 0.0, 6.9, 7.0, 7.1, 30.0, 31.0, 90.0, 91.0, 4_000.0] {
            left.add(now + days * DAY);
        }
        let mut samples = Samples::default();
        left.push(&m::DEVICE_CONTRACTS, &["AVDB"], &mut samples);
        let counts: Vec<_> = samples
            .into_sorted()
            .into_iter()
            .map(|sample| (sample.labels[1].clone(), sample.value))
            .collect();
        let expected =
            [("expired", 3.0), ("over_90d", 2.0), ("under_30d", 2.0), ("under_7d", 2.0), ("under_90d", 2.0)];
        assert_eq!(counts, expected.map(|(left, count)| (left.to_owned(), count)));
        assert_eq!(left.next(), Some(now + 6.9 * DAY));
    }
}
