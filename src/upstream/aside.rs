//! Work on a reply, done where it holds up neither polls nor scrapes.

use super::error::Error;
use super::reason::Reason;

/// Below this, the work is done sooner than it is handed over; and threads
/// that are woken for every small page of a thousand targets never end, each
/// with memory of its own.
const LARGE: usize = 256 * 1024;

/// Does `work` on a body of so many bytes.
pub(crate) async fn aside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    if bytes < LARGE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Error::new(Reason::UnexpectedPayload, format!("looking through a reply ended: {error}"))
    })
}
