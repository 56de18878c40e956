//! Reading the configuration file again: on SIGHUP and on `POST /-/reload`.
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
use crate::config::Config;
use crate::observation::Store;
use crate::telemetry::OwnMetrics;
use crate::web::ReloadRequest;

/// Longer than the largest file takes on a busy machine.
const READING: Duration = Duration::from_secs(60);

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

    async fn reload(&mut self) -> Result<(), String> {
        let result = match load(&self.source.file).await {
            Ok(config) => self.pollers.replace(config).map_err(|error| error.to_string()),
            Err(message) => Err(message),
        };
        match &result {
            Ok(Change { added, changed, removed, unchanged }) => {
                info!(added, changed, removed, unchanged, "configuration reloaded");
                self.own.config_accepted();
                self.store.configuration_accepted();
            }
            Err(message) => {
                error!("configuration not reloaded, the one before stays in force: {message}");
                self.own.config_refused();
                self.store.configuration_refused(message.clone());
            }
        }
        result.map(|_| ())
    }
}

/// A file system may hang; the pages, the polls and the next reload do not.
async fn load(file: &Path) -> Result<Config, String> {
    let file = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        // What came through a pipe at start does not come again: opening it would wait for a writer.
        if std::fs::metadata(&file).is_ok_and(|file| !file.is_file() && !file.is_dir()) {
            return Err(format!("{}: it is not a regular file and cannot be read again", file.display()));
        }
        Config::load(&file).map_err(|error| error.to_string())
    });
    match tokio::time::timeout(READING, reading).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(format!("reading it failed: {error}")),
        Err(_) => Err("reading it took too long".to_owned()),
    }
}
