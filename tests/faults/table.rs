//! The rows.
//!
//! ```text
//! way.rs       no connection, or not to whom it should be
//! transfer.rs  a connection, but no whole HTTP answer
//! answers.rs   wrong answers, to a page and to a sign-in
//! json.rs      JSON that no parser takes, and JSON that some do not
//! sessions.rs  sessions that end, accounts that are refused
//! ```

mod answers;
mod json;
mod sessions;
mod transfer;
mod way;

use super::row::Row;

/// The whole table.
pub(super) fn rows() -> Vec<Row> {
    [way::rows(), transfer::rows(), answers::rows(), json::rows(), sessions::rows()]
        .into_iter()
        .flatten()
        .collect()
}
