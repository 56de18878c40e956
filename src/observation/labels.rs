//! Which values a label has, where that is known beforehand: listed in
//! `docs/metrics.md`, from the tables that the values come from.

use super::metric::Metric;

/// The values of a label.
#[derive(Debug)]
pub struct LabelValues {
    /// A metric that has the label.
    pub metric: &'static Metric,
    /// The label.
    pub label: &'static str,
    /// Each value, and what it stands for if it does not say so itself.
    pub values: Vec<(String, &'static str)>,
    /// Which others there are, if any.
    pub others: Option<&'static str>,
}

impl LabelValues {
    /// Of a label that has these values and no others.
    pub fn closed(
        metric: &'static Metric,
        label: &'static str,
        values: impl IntoIterator<Item = (impl ToString, &'static str)>,
    ) -> Self {
        let values = values.into_iter().map(|(value, meaning)| (value.to_string(), meaning));
        Self { metric, label, values: values.collect(), others: None }
    }

    /// Of one that has others as well.
    pub fn open(self, others: &'static str) -> Self {
        Self { others: Some(others), ..self }
    }
}
