//! What polls brought: samples of defined metrics, how each poll ended, and
//! the latest of both per target. Nothing here knows where samples come from
//! or how they are shown.
//!
//! ```text
//! metric.rs   the definition of a metric: name, labels, help, source
//! system.rs   what a kind of system declares about its metrics: contracts, limits, totals
//! labels.rs   which values a label has, where that is known beforehand
//! samples.rs  values of such metrics, as one poll found them
//! tally.rs    how many there are of each text
//! shared.rs   label values that many targets have in common
//! outcome.rs  how polls end, and what of that is news
//! latest.rs   the latest observation and outcome of a collector
//! digest.rs   one target as a list of thousands needs it, worked out when a poll has ended
//! part.rs     one collector of a target, as the digest has it
//! health.rs   how a target is, in one word
//! store.rs    those of every target
//! configuration.rs  how reading a settings file went
//! ```

mod configuration;
mod digest;
mod health;
mod labels;
mod latest;
mod metric;
mod outcome;
mod part;
mod samples;
mod shared;
mod store;
mod system;
mod tally;

pub use self::configuration::{Configuration, Reading, Refusal};
pub use self::digest::{Digest, Limit};
pub use self::health::Health;
pub use self::labels::LabelValues;
pub use self::latest::{CollectorState, Observation};
pub(crate) use self::metric::metrics;
pub use self::metric::{Kind, Metric};
pub use self::outcome::{Failure, Failures, News, Outcome};
pub use self::part::Part;
pub use self::samples::{Sample, Samples, is_label, label, seconds};
pub use self::shared::Labels;
pub use self::store::{Store, TargetState};
pub use self::system::{Alarm, Contracts, Detail, Quota, System, Text, Told, Total, Unit, Wrong};
pub use self::tally::Tally;
