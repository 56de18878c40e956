//! The definition of a metric. Names are the product: every definition is
//! listed in `docs/metrics.md`, which is generated from these.

/// How Prometheus reads the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// May go up and down.
    Gauge,
    /// Only goes up.
    Counter,
}

/// One metric: what it is called, what it means, where it comes from.
#[derive(Debug)]
pub struct Metric {
    /// As Prometheus sees it; base units, unit in the name.
    pub name: &'static str,
    /// Gauge or counter.
    pub kind: Kind,
    /// Label names beside `target`, in order.
    pub labels: &'static [&'static str],
    /// One sentence on the meaning, with its unit where the name has none.
    pub meaning: &'static str,
    /// The API call and field the value is read from; empty for the exporter's own.
    pub source: &'static str,
}

impl Metric {
    /// The HELP line: the meaning, and for upstream values their origin and age.
    pub fn help(&self) -> String {
        if self.source.is_empty() {
            self.meaning.to_owned()
        } else {
            format!("{} From {}, as of the last good poll.", self.meaning, self.source)
        }
    }
}

/// Declares metrics as statics and lists them all in `ALL`, so that none can
/// be defined and not documented. A name may come in pieces.
macro_rules! metrics {
    ($($id:ident = $kind:ident $($name:literal)+ [$($label:literal),*] from $source:literal: $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub static $id: $crate::observation::Metric = $crate::observation::Metric {
                name: concat!($($name),+),
                kind: $crate::observation::Kind::$kind,
                labels: &[$($label),*],
                meaning: $meaning,
                source: $source,
            };
        )*

        /// Every metric defined here, in the order of the documentation.
        pub static ALL: &[&$crate::observation::Metric] = &[$(&$id),*];
    };
}
pub(crate) use metrics;
