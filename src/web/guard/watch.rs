//! The web configuration and the files that it names, read again when one of
//! them has changed: a certificate that was renewed needs no restart.
//!
//! They are looked at once a second, beside the runtime, since a file system
//! may hang. A change counts once nothing has changed for a second, so that a
//! file is not read while it is being written.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tracing::{error, info};

use super::Guard;
use super::config::{self, Settings};
use crate::settings::Error;

const EVERY: Duration = Duration::from_secs(1);

/// Which files were read, and what they looked like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    named: Vec<PathBuf>,
    stamps: Vec<Option<Stamp>>,
}

/// When a file was last changed (content and name), its size and number; a
/// link that leads somewhere else now looks different as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: (i64, i64),
    changed: (i64, i64),
    size: u64,
    file: (u64, u64),
}

impl Reading {
    /// Reads everything until nothing changes meanwhile. `named` are the files
    /// that the configuration named before.
    pub(super) fn of(path: &Path, mut named: Vec<PathBuf>) -> (Result<Settings, Error>, Self) {
        /// Whoever writes all the time is read in the middle of it at last.
        const TRIES: usize = 5;
        let mut tries = 1;
        loop {
            let before = stamps(path, &named);
            let (settings, names) = config::load(path);
            let stamps = stamps(path, &names);
            let is_settled = names == named && stamps == before;
            if is_settled || tries == TRIES {
                return (settings, Self { named: names, stamps });
            }
            named = names;
            tries += 1;
        }
    }

    /// What the same files look like now.
    fn again(&self, path: &Path) -> Self {
        Self { named: self.named.clone(), stamps: stamps(path, &self.named) }
    }
}

fn stamps(path: &Path, named: &[PathBuf]) -> Vec<Option<Stamp>> {
    let files = std::iter::once(path).chain(named.iter().map(PathBuf::as_path));
    files.map(|file| fs::metadata(file).ok().map(|about| stamp(&about))).collect()
}

fn stamp(about: &fs::Metadata) -> Stamp {
    Stamp {
        modified: (about.mtime(), about.mtime_nsec()),
        changed: (about.ctime(), about.ctime_nsec()),
        size: about.size(),
        file: (about.dev(), about.ino()),
    }
}

/// Keeps the rules in step with the files, for as long as it is polled.
pub(in crate::web) async fn watch(guard: Arc<Guard>) {
    let mut read = guard.read.clone();
    let mut seen = read.clone();
    let mut complaint = String::new();
    loop {
        tokio::time::sleep(EVERY).await;
        let (path, last) = (guard.path.clone(), read.clone());
        let Ok(now) = spawn_blocking(move || last.again(&path)).await else { continue };
        let (is_settled, is_old) = (now == seen, now == read);
        seen = now;
        if !is_settled || is_old {
            continue;
        }
        let (path, named) = (guard.path.clone(), read.named.clone());
        let Ok((settings, now)) = spawn_blocking(move || Reading::of(&path, named)).await else { continue };
        (read, seen) = (now.clone(), now);
        match settings.and_then(|settings| guard.replace(settings)) {
            Ok(()) => {
                complaint.clear();
                info!("web configuration read again");
            }
            Err(refused) if refused.to_string() != complaint => {
                for (error, hint) in refused.problems() {
                    error!(error, hint, "web configuration refused, the one before stays in force");
                }
                complaint = refused.to_string();
            }
            Err(_) => {}
        }
    }
}
