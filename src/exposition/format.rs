//! The text formats, and how they differ.

use std::borrow::Cow;

use crate::observation::Kind;

/// A text format that Prometheus reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Prometheus' own, version 0.0.4: what whoever asks for nothing gets.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

/// Units that our names carry, as OpenMetrics wants them stated.
const UNITS: [&str; 2] = ["seconds", "bytes"];

impl Format {
    /// The type, for `Content-Type`. Prometheus 3 refuses a page without one it knows.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// What stands before the series of a metric.
    ///
    /// Metrics named `…_info` are gauges in both formats: OpenMetrics has a type of its own for
    /// them, but one whose labels do not change while the process lives, as a licence's status
    /// and a version do. And Prometheus would then file type and help under a name that has no
    /// series.
    pub(super) fn head(self, name: &str, kind: Kind, help: &str) -> String {
        match self {
            Self::Text => {
                let help = escaped(help, false);
                format!("# HELP {name} {help}\n# TYPE {name} {}\n", kind.as_str())
            }
            Self::OpenMetrics => {
                // A counter's family is called as the counter without this ending.
                let family = match kind {
                    Kind::Counter => name.strip_suffix("_total").unwrap_or(name),
                    Kind::Gauge => name,
                };
                let unit = family.rsplit_once('_').map(|(_, unit)| unit).filter(|unit| UNITS.contains(unit));
                let unit = unit.map_or_else(String::new, |unit| format!("# UNIT {family} {unit}\n"));
                let help = escaped(help, true);
                format!("# TYPE {family} {}\n{unit}# HELP {family} {help}\n", kind.as_str())
            }
        }
    }

    /// What stands after the last series.
    pub(super) fn end(self) -> &'static [u8] {
        match self {
            Self::Text => b"",
            Self::OpenMetrics => b"# EOF\n",
        }
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
        }
    }
}

/// A text in the form in which it stands on a page; both formats write label values with `quotes` escaped.
pub(super) fn escaped(text: &str, quotes: bool) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'\\' | b'\n' | b'"')) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '"' if quotes => escaped.push_str("\\\""),
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_stated_only_where_the_name_ends_with_it() {
        let head = |name, kind| Format::OpenMetrics.head(name, kind, "Help.");
        assert_eq!(
            head("a_disk_used_bytes", Kind::Gauge),
            "# TYPE a_disk_used_bytes gauge\n# UNIT a_disk_used_bytes bytes\n# HELP a_disk_used_bytes Help.\n"
        );
        assert_eq!(
            head("a_cpu_seconds_total", Kind::Counter),
            "# TYPE a_cpu_seconds counter\n# UNIT a_cpu_seconds seconds\n# HELP a_cpu_seconds Help.\n"
        );
        assert!(!head("a_devices_used", Kind::Gauge).contains("UNIT"));
        assert!(!Format::Text.head("a_disk_used_bytes", Kind::Gauge, "Help.").contains("UNIT"));
    }

    #[test]
    fn what_would_end_a_text_is_escaped_as_each_format_wants_it() {
        let help = "a \"b\" \\ c\nd";
        assert_eq!(
            Format::Text.head("m", Kind::Gauge, help),
            "# HELP m a \"b\" \\\\ c\\nd\n# TYPE m gauge\n"
        );
        assert_eq!(
            Format::OpenMetrics.head("m", Kind::Gauge, help),
            "# TYPE m gauge\n# HELP m a \\\"b\\\" \\\\ c\\nd\n"
        );
    }
}
