//! The running service: pollers and web server, started together and stopped
//! in order: first the polls, then the sessions, then the pages.
//!
//! ```text
//! pollers.rs     the pollers of the configuration in force, and their replacement
//! reload.rs      reading the configuration file again
//! supervisor.rs  what systemd is told
//! ```

mod pollers;
mod reload;
mod supervisor;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use self::pollers::Pollers;
use self::reload::Reloader;
pub use self::reload::Source;
use self::supervisor::Supervisor;
use crate::config::Config;
use crate::exposition::Page;
use crate::observation::Store;
use crate::sharding::Shard;
use crate::telemetry::OwnMetrics;
use crate::web::{self, Address, Guard, Listener, Prefix, Server, Site, bind, router};

/// How long sessions may take to sign out, a sign-in under way included.
/// Together with the next below the half minute that systemd and Kubernetes give.
const SIGN_OUT_GRACE: Duration = Duration::from_secs(20);
/// How long requests under way may then take to finish.
const DRAIN_GRACE: Duration = Duration::from_secs(5);
/// How long systemd may take to hear of the end.
const TELLING_GRACE: Duration = Duration::from_secs(1);

/// What the command line decides about serving.
#[derive(Debug)]
pub struct Serving {
    /// Where to listen.
    pub addresses: Vec<Address>,
    /// Sockets that are open already, to be used instead.
    pub inherited: Option<Vec<Listener>>,
    /// TLS, passwords and headers, if there is a file about them.
    pub web_config: Option<PathBuf>,
    /// Where the metrics are.
    pub telemetry_path: String,
    /// Below which path everything is.
    pub route_prefix: Prefix,
    /// Scrapes answered at once; 0 for no limit.
    pub max_requests: usize,
    /// Whether `process_*` metrics are shown.
    pub process_metrics: bool,
    /// Whether `POST /-/reload` is obeyed.
    pub lifecycle: bool,
    /// Which of the configured targets are polled.
    pub shard: Shard,
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
    /// The web configuration is refused.
    #[error(transparent)]
    WebConfig(#[from] web::ConfigError),
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
    is_tls: bool,
    server: Server,
    tasks: TaskTracker,
    stop: CancellationToken,
    supervisor: Supervisor,
}

impl Daemon {
    /// Opens the listeners, builds the targets and begins to poll. With a
    /// `source` the configuration can be reloaded.
    pub fn start(config: Config, serving: Serving, source: Option<Source>) -> Result<Self, Error> {
        // Listeners first: no session is opened by a process that cannot serve.
        let guard = serving.web_config.as_deref().map(Guard::load).transpose()?;
        let listeners = match serving.inherited {
            Some(listeners) => listeners,
            None => listen(&serving.addresses)?,
        };
        let is_tls = guard.as_ref().is_some_and(Guard::is_tls);
        let names: Vec<String> = listeners.iter().map(Listener::name).collect();
        let addresses = listeners.iter().filter_map(Listener::address).collect();
        let own = Arc::new(OwnMetrics::new(serving.process_metrics)?.of_shard(serving.shard)?);
        let store = Arc::new(Store::new());
        let guard = guard.map(|guard| Arc::new(guard.telling(web_configuration(&own, &store))));
        let (asked, requests) = mpsc::channel(web::WAITING_RELOADS);
        let lifecycle = serving.lifecycle.then_some(asked).filter(|_| source.is_some());
        let page = Page::new(Arc::clone(&store), Arc::clone(&own));
        let site =
            Site::new(page, Arc::clone(&store), &serving.telemetry_path, serving.max_requests, lifecycle)
                .below(serving.route_prefix.clone())
                .of_shard(serving.shard);

        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let mut pollers =
            Pollers::new(Arc::clone(&own), Arc::clone(&store), serving.shard, tasks.clone(), stop.clone());
        let targets = pollers.replace(config)?.added;
        let server = Server::start(listeners, &router(Arc::new(site)), guard.clone())?;
        for address in &names {
            info!(%address, tls = is_tls, "listening");
        }
        if serving.shard.is_one_of_many() {
            info!(targets, shard = serving.shard.index(), total_shards = serving.shard.total(), "polling");
        } else {
            info!(targets, "polling");
        }
        let supervisor = Supervisor::from_env();
        if let Some(source) = source {
            let supervisor = supervisor.clone();
            let reloader = Reloader { source, requests, pollers, own, store, supervisor, guard };
            tasks.spawn(reloader.run(stop.clone()));
        }
        supervisor.tell(supervisor::READY);
        Ok(Self { addresses, is_tls, server, tasks, stop, supervisor })
    }

    /// The addresses listened on, with their real ports; Unix sockets have none.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Whether the pages are encrypted.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Runs until `shutdown`, then stops polling, signs out everywhere, and
    /// lets the requests under way finish.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let failure = tokio::select! {
            () = shutdown => None,
            error = self.server.failed() => Some(error),
        };
        let told = self.supervisor.tell(supervisor::STOPPING);
        info!("stopping: signing out");
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(SIGN_OUT_GRACE, self.tasks.wait()).await.is_err() {
            warn!("some sessions did not sign out in time; they end by their idle timeout");
        }
        self.server.drain(DRAIN_GRACE).await;
        // Told for long by now, unless systemd does not listen; nothing else waits for that.
        let _ = tokio::time::timeout(TELLING_GRACE, told).await;
        info!("stopped");
        failure.map_or(Ok(()), |error| Err(Error::Server(error)))
    }
}

/// How reading the web configuration goes, where people see it.
fn web_configuration(
    own: &Arc<OwnMetrics>,
    store: &Arc<Store>,
) -> impl Fn(Result<Option<f64>, String>) + Send + Sync + 'static {
    let (own, store) = (Arc::clone(own), Arc::clone(store));
    move |read| match read {
        Ok(expiry) => {
            own.web_config.accepted();
            own.web_certificate(expiry);
            store.web_configuration.accepted();
        }
        Err(message) => {
            own.web_config.refused();
            store.web_configuration.refused(message);
        }
    }
}

fn listen(addresses: &[Address]) -> Result<Vec<Listener>, Error> {
    let open =
        |address: &Address| bind(address).map_err(|cause| Error::Listen { address: address.clone(), cause });
    addresses.iter().map(open).collect()
}
