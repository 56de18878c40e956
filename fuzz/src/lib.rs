//! What must hold for whatever the decoders make of anything.

#![forbid(unsafe_code)]

pub mod errors;
mod exposition;
pub mod refusal;
mod served;

pub use served::served;

use fortinet_exporter::observation::Sample;

/// The value of the one series a metric has, if it has it.
pub fn value(samples: &[Sample], name: &str) -> Option<f64> {
    samples.iter().find(|sample| sample.metric.name == name).map(|sample| sample.value)
}
