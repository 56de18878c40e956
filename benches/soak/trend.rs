//! Whether what a process uses grows, from the end of the warm-up on.

use std::fmt;
use std::time::Duration;

use crate::usage::Usage;

/// Growth of memory that is no growth: the allocator's noise, and what a fault
/// that had not happened before leaves behind.
const TOLERATED_PERCENT: f64 = 10.0;
/// Connections that faults have cut or kept waiting.
const TOLERATED_MORE: u64 = 50;

/// The usage after the warm-up, look by look.
pub(crate) struct Trend {
    warm_up: Duration,
    looks: Vec<(Duration, Usage)>,
}

impl Trend {
    pub(crate) fn new(warm_up: Duration) -> Self {
        Self { warm_up, looks: Vec::new() }
    }

    pub(crate) fn add(&mut self, at: Duration, usage: &Usage) {
        if at >= self.warm_up {
            self.looks.push((at, *usage));
        }
    }

    /// What grows.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        let mut wrongs = Vec::new();
        let Some(span) = self.span() else { return vec!["too short to see a trend".to_owned()] };
        let (growth, resident) = (self.growth_per_hour() * span, self.mean());
        if growth > resident * TOLERATED_PERCENT / 100.0 {
            wrongs.push(format!("resident memory grew by {growth:.0} kB"));
        }
        let most = |name, of: fn(&Usage) -> u64| {
            let quarter = self.looks.len().div_ceil(4);
            let most = |looks: &[(Duration, Usage)]| looks.iter().map(|(_, usage)| of(usage)).max();
            let first = most(self.looks.get(..quarter)?)?;
            let last = most(self.looks.get(self.looks.len() - quarter..)?)?;
            (last > first + first / 10 + TOLERATED_MORE)
                .then(|| format!("{name} grew from {first} to {last}"))
        };
        wrongs.extend(most("open file descriptors", |usage| usage.descriptors));
        wrongs.extend(most("tasks", |usage| usage.tasks));
        wrongs
    }

    /// Between the first look and the last, in hours.
    fn span(&self) -> Option<f64> {
        let span = hours(self.looks.last()?.0) - hours(self.looks.first()?.0);
        (span > 0.0).then_some(span)
    }

    fn mean(&self) -> f64 {
        let sum: f64 = self.looks.iter().map(|(_, usage)| usage.resident as f64).sum();
        sum / self.looks.len() as f64
    }

    /// Slope of resident memory in kB per hour, by least squares.
    fn growth_per_hour(&self) -> f64 {
        let mean_at = self.looks.iter().map(|(at, _)| hours(*at)).sum::<f64>() / self.looks.len() as f64;
        let mean = self.mean();
        let (mut together, mut spread) = (0.0, 0.0);
        for (at, usage) in &self.looks {
            let aside = hours(*at) - mean_at;
            together += aside * (usage.resident as f64 - mean);
            spread += aside * aside;
        }
        together / spread
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some((at, first)), Some((_, last))) = (self.looks.first(), self.looks.last()) else {
            return f.write_str("resident memory: not measured");
        };
        let most = self.looks.iter().map(|(_, usage)| usage.resident).max().unwrap_or_default();
        write!(
            f,
            "resident memory: {} kB after {} minutes, {} kB at the end, {most} kB at most, slope {:+.0} kB per hour",
            first.resident,
            at.as_secs() / 60,
            last.resident,
            self.growth_per_hour()
        )
    }
}

fn hours(at: Duration) -> f64 {
    at.as_secs_f64() / 3600.0
}
