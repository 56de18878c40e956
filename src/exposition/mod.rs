//! Observations → the text that Prometheus scrapes, in its formats and compressions.
//!
//! ```text
//! format.rs  the two text formats
//! writer.rs  series → text
//! texts.rs   series in any order → text, metric by metric
//! data.rs    what is known of the targets, stale numbers left out
//! own.rs     the exporter's own metrics
//! coding.rs  text → gzip and Zstandard, part by part
//! blocks.rs  the series of thousands of targets, of which few have changed
//! kept.rs    a part of the page, made anew only when something changed
//! page.rs    the page as a whole
//! ```

mod blocks;
mod coding;
mod data;
mod format;
mod kept;
mod own;
mod page;
mod texts;
mod writer;

pub use self::coding::Coding;
pub use self::format::Format;
pub use self::page::{Page, of_exporter, of_target};
