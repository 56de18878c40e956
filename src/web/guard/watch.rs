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
/// Longer than all of it takes on a busy machine.
const READING: Duration = Duration::from_secs(60);

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

/// What was read last, and what was said of it.
pub(super) struct Last {
    reading: Reading,
    complaint: String,
}

impl Last {
    /// Reads everything for the first time.
    pub(super) fn first(path: &Path) -> (Result<Settings, Error>, Self) {
        let (settings, reading) = Reading::of(path, Vec::new());
        (settings, Self { reading, complaint: String::new() })
    }
}

impl Guard {
    /// Reads everything again because somebody wants it, changed or not; what is wrong is told each time.
    pub async fn reload(&self) -> Result<(), Error> {
        let mut last = self.last.lock().await;
        last.complaint.clear();
        self.read_again(&mut last).await
    }

    async fn read_again(&self, last: &mut Last) -> Result<(), Error> {
        let (path, named) = (self.path.clone(), last.reading.named.clone());
        let reading = spawn_blocking(move || Reading::of(&path, named));
        let settings = match tokio::time::timeout(READING, reading).await {
            Ok(Ok((settings, reading))) => {
                last.reading = reading;
                settings
            }
            _ => {
                let what = "reading it took too long".to_owned();
                let fix = "check the file system it is on";
                Err(Error::whole_file(&self.path.display().to_string(), what, fix))
            }
        };
        let result = settings.and_then(|settings| self.replace(settings));
        match &result {
            Ok(()) => {
                last.complaint.clear();
                info!("web configuration read again");
                (self.told)(Ok(self.expiry()));
            }
            Err(refused) => {
                let complaint = refused.to_string();
                if complaint != last.complaint {
                    for (error, hint) in refused.problems() {
                        error!(error, hint, "web configuration refused, the one before stays in force");
                    }
                    last.complaint.clone_from(&complaint);
                }
                (self.told)(Err(complaint));
            }
        }
        result
    }
}

/// Keeps the rules in step with the files, for as long as it is polled.
pub(in crate::web) async fn watch(guard: Arc<Guard>) {
    let mut seen = None;
    loop {
        tokio::time::sleep(EVERY).await;
        let (path, read) = (guard.path.clone(), guard.last.lock().await.reading.clone());
        let last = read.clone();
        let Ok(now) = spawn_blocking(move || last.again(&path)).await else { continue };
        let is_settled = seen.as_ref() == Some(&now);
        if is_settled && now != read {
            // Told where it is seen.
            let _ = guard.read_again(&mut *guard.last.lock().await).await;
        }
        seen = Some(now);
    }
}
