//! Series in any order → text, metric by metric.

use std::collections::BTreeMap;

use super::format::Format;
use super::writer::Writer;
use crate::observation::Metric;

/// The series of each metric as text, by name.
#[derive(Default)]
pub(super) struct Texts(BTreeMap<&'static str, (&'static Metric, Writer)>);

impl Texts {
    /// Where the series of this metric are written.
    pub(super) fn of(&mut self, metric: &'static Metric) -> &mut Writer {
        let (_, writer) = self.0.entry(metric.name).or_insert_with(|| (metric, Writer::default()));
        writer
    }

    /// Each metric with its series.
    pub(super) fn into_each(self) -> impl Iterator<Item = (&'static Metric, Vec<u8>)> {
        self.0.into_values().map(|(metric, series)| (metric, series.into_text()))
    }

    /// All of it, each metric with what is said of it in this format.
    pub(super) fn into_page(self, format: Format) -> Vec<u8> {
        let parts: Vec<_> = self.0.into_values().collect();
        let mut page = Vec::with_capacity(parts.iter().map(|(_, series)| series.len() + 512).sum());
        for (metric, series) in parts {
            page.extend_from_slice(format.head(metric.name, metric.kind, &metric.help()).as_bytes());
            page.extend_from_slice(&series.into_text());
        }
        page
    }
}
