//! Small files that a settings file names.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// What the system says about a regular file; an error for anything else. Opening a pipe would wait for a
/// writer, perhaps for ever, and a device may never end.
pub(crate) fn regular(path: &Path) -> io::Result<Metadata> {
    let about = std::fs::metadata(path)?;
    if about.is_file() { Ok(about) } else { Err(io::Error::other("it is not a regular file")) }
}

/// What a regular file of at most `largest` bytes holds.
pub(crate) fn content(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    if regular(path)?.len() > largest {
        return Err(io::Error::other(format!("it is larger than {} MiB", largest >> 20)));
    }
    std::fs::read(path)
}
