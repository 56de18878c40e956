//! The running service: pollers and web server, started together and stopped
//! in order: first the polls, then the sessions, then the pages.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use crate::config::Config;
use crate::exposition::Page;
use crate::observation::{Store, TargetState};
use crate::poll::{Poller, Target, first_delay};
use crate::targets;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Exchange, Observer};
use crate::web::{Address, Server, Site, bind, router};

/// How long sessions may take to sign out, a sign-in under way included.
/// Together with the next below the half minute that systemd and Kubernetes give.
const SIGN_OUT_GRACE: Duration = Duration::from_secs(20);
/// How long requests under way may then take to finish.
const DRAIN_GRACE: Duration = Duration::from_secs(5);

/// What the command line decides about serving.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Where to listen.
    pub addresses: Vec<Address>,
    /// Where the metrics are.
    pub telemetry_path: String,
    /// Scrapes answered at once; 0 for no limit.
    pub max_requests: usize,
    /// Whether `process_*` metrics are shown.
    pub process_metrics: bool,
}

/// Why the service cannot start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {cause}; choose another with --web.listen-address")]
    Listen {
        /// As given.
        address: Address,
        /// What the system says.
        cause: io::Error,
    },
    /// A target cannot be built.
    #[error("{0}\n    fix: {hint}", hint = .0.hint())]
    Target(#[from] crate::upstream::Error),
    /// The exporter's own metrics cannot be registered.
    #[error("the exporter's own metrics cannot be registered: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The server ended by itself.
    #[error("the web server failed: {0}")]
    Server(#[from] io::Error),
}

/// A service that polls and serves.
pub struct Daemon {
    addresses: Vec<SocketAddr>,
    server: Server,
    pollers: TaskTracker,
    stop: CancellationToken,
}

impl Daemon {
    /// Opens the listeners, builds the targets and begins to poll.
    pub fn start(config: &Config, serving: &Serving) -> Result<Self, Error> {
        // Listeners first: no session is opened by a process that cannot serve.
        let listeners = listen(&serving.addresses)?;
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>()?;
        for (target, words) in targets::warnings(config) {
            warn!(target_name = %target, "{words}");
        }
        let own = Arc::new(OwnMetrics::new(serving.process_metrics)?);
        let targets = targets::build(config, &own, log_exchanges)?;
        let mut store = Store::new();
        let pollers: Vec<Poller> =
            targets.into_iter().map(|target| poller(target, &mut store, &own)).collect();
        let store = Arc::new(store);

        let page = Page::new(Arc::clone(&store), own);
        let site = Site::new(page, store, &serving.telemetry_path, serving.max_requests);
        let server = Server::start(listeners, &router(Arc::new(site)))?;
        for address in &addresses {
            info!(%address, "listening");
        }
        let stop = CancellationToken::new();
        let tracker = TaskTracker::new();
        let count = pollers.len();
        for (index, poller) in pollers.into_iter().enumerate() {
            let delay = first_delay(index, count, poller.interval());
            tracker.spawn(poller.run(delay, stop.clone(), SIGN_OUT_GRACE));
        }
        tracker.close();
        info!(targets = count, "polling");
        Ok(Self { addresses, server, pollers: tracker, stop })
    }

    /// The addresses listened on, with their real ports.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Runs until `shutdown`, then stops polling, signs out everywhere, and
    /// lets the requests under way finish.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let failure = tokio::select! {
            () = shutdown => None,
            error = self.server.failed() => Some(error),
        };
        info!("stopping: signing out");
        self.stop.cancel();
        if tokio::time::timeout(SIGN_OUT_GRACE, self.pollers.wait()).await.is_err() {
            warn!("some sessions did not sign out in time; they end by their idle timeout");
        }
        self.server.drain(DRAIN_GRACE).await;
        info!("stopped");
        failure.map_or(Ok(()), |error| Err(Error::Server(error)))
    }
}

/// A target with its place in the store and its metrics, ready to run.
pub(crate) fn poller(target: Target, store: &mut Store, own: &OwnMetrics) -> Poller {
    let names = target.collectors.iter().map(|collector| collector.name());
    let state: Arc<TargetState> =
        store.add(&target.name, target.system, target.url.clone(), target.up, target.stale_after, names);
    let metrics = target.collectors.iter().map(|collector| own.collector(&target.name, collector.name()));
    let metrics = metrics.collect();
    Poller::new(target, state, metrics)
}

fn listen(addresses: &[Address]) -> Result<Vec<TcpListener>, Error> {
    let open =
        |address: &Address| bind(address).map_err(|cause| Error::Listen { address: address.clone(), cause });
    addresses.iter().map(open).collect()
}

fn log_exchanges(target: &str) -> Observer {
    let target = target.to_owned();
    Arc::new(move |exchange: &Exchange<'_>| {
        let Exchange { method, path, took, outcome } = exchange;
        match outcome {
            Ok((status, bytes)) => {
                debug!(target_name = %target, method, path, status, bytes, ?took, "request");
            }
            Err(error) => {
                let reason = error.reason();
                debug!(target_name = %target, method, path, %reason, ?took, "request failed: {error}");
            }
        }
    })
}
