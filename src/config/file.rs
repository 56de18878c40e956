//! Small files that the configuration names.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// What the system says about a regular file; an error for anything else. Opening a pipe would wait for a
/// writer, perhaps for ever, and a device may never end.
pub(super) fn regular(path: &Path) -> io::Result<Metadata> {
    let about = std::fs::metadata(path)?;
    if about.is_file() { Ok(about) } else { Err(io::Error::other("it is not a regular file")) }
}
