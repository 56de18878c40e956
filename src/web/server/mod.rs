//! The server itself: one task per listening socket, drained together.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use tokio::task::JoinSet;

/// Longer than any usual scrape interval, so that Prometheus keeps its
/// connection; short enough that half-sent requests do not pile up.
const HEADER_TIMEOUT: Duration = Duration::from_secs(130);

/// Every listening socket of the process.
pub struct Server {
    handle: Handle<SocketAddr>,
    tasks: JoinSet<io::Result<()>>,
}

impl Server {
    /// Serves `router` on every listener.
    pub fn start(listeners: Vec<TcpListener>, router: &Router) -> io::Result<Self> {
        let handle = Handle::new();
        let mut tasks = JoinSet::new();
        for listener in listeners {
            let mut server = axum_server::from_tcp(listener)?.handle(handle.clone()).http1_only();
            let mut http = server.http_builder().http1();
            http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
            tasks.spawn(server.serve(router.clone().into_make_service()));
        }
        Ok(Self { handle, tasks })
    }

    /// Waits until a listener fails, which none should while the process lives.
    pub async fn failed(&mut self) -> io::Error {
        match self.tasks.join_next().await {
            Some(Ok(Err(error))) => error,
            _ => io::Error::other("a listener ended by itself"),
        }
    }

    /// Takes no new connections, lets requests under way finish, and cuts them
    /// off after `grace`.
    pub async fn drain(mut self, grace: Duration) {
        self.handle.graceful_shutdown(Some(grace));
        while self.tasks.join_next().await.is_some() {}
    }
}
