//! Reading the configuration again, that of the pages as well: on SIGHUP and on `POST /-/reload`.
//!
//! A file that is refused changes nothing: the configuration before stays in
//! force, and the log, the status page and a metric say so.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::pollers::{Change, Pollers};
use super::supervisor::{self, Supervisor};
use crate::config::{Config, Error};
use crate::observation::Store;
use crate::telemetry::OwnMetrics;
use crate::web::{Guard, ReloadRequest};

/// Longer than the largest file takes on a busy machine.
const READING: Duration = Duration::from_secs(60);
/// What is said of a configuration that is refused.
const REFUSED: &str = "configuration not reloaded";

/// Where the configuration comes from, and the signal to read it again.
pub struct Source {
    /// The file.
    pub file: PathBuf,
    /// SIGHUP, by custom.
    pub signal: Signal,
}

/// Reads the configuration again whenever asked to.
pub(super) struct Reloader {
    pub(super) source: Source,
    pub(super) requests: mpsc::Receiver<ReloadRequest>,
    pub(super) pollers: Pollers,
    pub(super) own: Arc<OwnMetrics>,
    pub(super) store: Arc<Store>,
    pub(super) supervisor: Supervisor,
    /// The web configuration, if there is one.
    pub(super) guard: Option<Arc<Guard>>,
}

impl Reloader {
    /// One reload after the other until `stop`.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let reloads = async {
            loop {
                let request = tokio::select! {
                    _ = self.source.signal.recv() => None,
                    Some(request) = self.requests.recv() => Some(request),
                };
                self.supervisor.tell(supervisor::RELOADING);
                let result = self.reload().await;
                self.supervisor.tell(supervisor::READY);
                if let Some(request) = request {
                    // Whoever asked may be gone.
                    let _ = request.send(result);
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = reloads => {}
        }
    }

    /// Either file counts without the other.
    async fn reload(&mut self) -> Result<(), String> {
        let targets = self.reload_targets().await;
        let pages = match &self.guard {
            Some(guard) => guard.reload().await.map_err(|refused| refused.to_string()),
            None => Ok(()),
        };
        let refused = |what: &str, why: &str| format!("{what}, the one before stays in force: {why}");
        match (targets, pages) {
            (Ok(()), Ok(())) => Ok(()),
            (Err(why), Ok(())) => Err(refused(REFUSED, &why)),
            (Ok(()), Err(why)) => {
                Err(refused("configuration reloaded, but the web configuration was refused", &why))
            }
            (Err(why), Err(other)) => {
                Err([refused(REFUSED, &why), refused("web configuration refused", &other)].join("\n"))
            }
        }
    }

    async fn reload_targets(&mut self) -> Result<(), String> {
        let file = &self.source.file;
        let result = match load(file).await {
            Ok(config) => {
                self.pollers.replace(config).map_err(|error| whole(file, error.to_string(), error.hint()))
            }
            Err(error) => Err(error),
        };
        match result {
            Ok(Change { added, changed, removed, unchanged }) => {
                info!(added, changed, removed, unchanged, "configuration reloaded");
                self.own.config.accepted();
                self.store.configuration.accepted();
                Ok(())
            }
            Err(refused) => {
                for (error, hint) in refused.problems() {
                    error!(error, hint, "configuration not reloaded, the one before stays in force");
                }
                let message = refused.to_string();
                self.own.config.refused();
                self.store.configuration.refused(message.clone());
                Err(message)
            }
        }
    }
}

/// A file system may hang; the pages, the polls and the next reload do not.
async fn load(path: &Path) -> Result<Config, Error> {
    let file = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        // What came through a pipe at start does not come again: opening it would wait for a writer.
        if std::fs::metadata(&file).is_ok_and(|file| !file.is_file() && !file.is_dir()) {
            let what = "it is not a regular file and cannot be read again".to_owned();
            return Err(whole(&file, what, "put a file in its place, or restart the exporter"));
        }
        Config::load(&file)
    });
    let (what, fix) = match tokio::time::timeout(READING, reading).await {
        Ok(Ok(result)) => return result,
        Ok(Err(error)) => (format!("reading it failed: {error}"), "please report it with the log above"),
        Err(_) => ("reading it took too long".to_owned(), "check the file system it is on"),
    };
    Err(whole(path, what, fix))
}

fn whole(file: &Path, what: String, fix: &str) -> Error {
    Error::whole_file(&file.display().to_string(), what, fix)
}
