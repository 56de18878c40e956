//! What a process uses, as Linux tells it in /proc.

use std::fmt;
use std::fs;

use crate::Result;

/// What a process uses at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Resident memory in kB.
    pub(crate) resident: u64,
    /// The part of it that is no file's.
    anonymous: u64,
    pub(crate) descriptors: u64,
    threads: u64,
    /// Of its tokio runtime.
    pub(crate) tasks: u64,
}

impl Usage {
    /// The titles of what is displayed.
    pub(crate) const HEAD: &str = "  rss_kB  anon_kB   fds threads tasks";

    pub(crate) fn of(pid: u32, tasks: u64) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))?.count() as u64;
        Ok(Self {
            resident: field(&status, "VmRSS:")?,
            anonymous: field(&status, "RssAnon:")?,
            descriptors,
            threads: field(&status, "Threads:")?,
            tasks,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resident, anonymous, descriptors, threads, tasks } = self;
        write!(f, "{resident:>8} {anonymous:>8} {descriptors:>5} {threads:>7} {tasks:>5}")
    }
}

/// Whether so many targets can be served and polled: each takes a listener and
/// a connection here, and a connection there.
pub(crate) fn check_descriptors(targets: usize) -> Result<()> {
    let needed = targets as u64 * 3 + 200;
    let limits = fs::read_to_string("/proc/self/limits")?;
    let limit = field(&limits, "Max open files").unwrap_or(u64::MAX);
    if limit >= needed {
        return Ok(());
    }
    Err(format!("only {limit} files may be open: run `ulimit -n {needed}` in this shell first").into())
}

/// The first number after `name`.
fn field(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()).ok_or_else(|| format!("no {name}"))?;
    Ok(number.parse()?)
}
