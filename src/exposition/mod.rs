//! Observations → the text that Prometheus scrapes, in its formats and compressions.
//!
//! ```text
//! format.rs  the two text formats
//! writer.rs  series → text
//! data.rs    what is known of the targets, stale numbers left out
//! own.rs     the exporter's own metrics
//! coding.rs  text → gzip and Zstandard, part by part
//! kept.rs    a part of the page, made anew only when something changed
//! page.rs    the page as a whole
//! ```

mod coding;
mod data;
mod format;
mod kept;
mod own;
mod page;
mod writer;

pub use self::coding::Coding;
pub use self::format::Format;
pub use self::page::{Page, of_exporter, of_target};
