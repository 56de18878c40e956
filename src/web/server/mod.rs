//! The server itself: every listening socket, and what becomes of a connection.
//!
//! ```text
//! accept.rs       one listening socket at work
//! connections.rs  how many are open, and which one makes room
//! connection.rs   one of them: TLS, HTTP/1.1 or HTTP/2, its limits
//! sending.rs      an answer that is not taken yet
//! ```

mod accept;
mod connection;
mod connections;
mod sending;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::accept::{Accepting, Socket};
use self::connection::Front;
use self::connections::Connections;
use super::guard::{self, Guard};
use super::listen::Listener;

/// Every listening socket of the process.
pub struct Server {
    /// One for each, and the one that watches the web configuration.
    tasks: JoinSet<()>,
    connections: TaskTracker,
    /// Cuts off what is left after the grace period.
    stop: CancellationToken,
    drain: CancellationToken,
}

impl Server {
    /// Serves `router` on every listener, behind the guard if there is one.
    pub fn start(listeners: Vec<Listener>, router: &Router, guard: Option<Arc<Guard>>) -> io::Result<Self> {
        let mut router = router.clone();
        let mut tasks = JoinSet::new();
        if let Some(guard) = &guard {
            router = router.layer(middleware::from_fn_with_state(Arc::clone(guard), guard::admit));
            tasks.spawn(guard::watch(Arc::clone(guard)));
        }
        let (connections, stop, drain) =
            (TaskTracker::new(), CancellationToken::new(), CancellationToken::new());
        let accepting = Accepting {
            front: Front { router, guard, drain: drain.clone() },
            all: Connections::new(),
            tasks: connections.clone(),
            stop: stop.clone(),
        };
        for listener in listeners {
            tasks.spawn(accepting.clone().run(Socket::new(listener)?));
        }
        Ok(Self { tasks, connections, stop, drain })
    }

    /// Waits until a listener fails, which none should while the process lives.
    pub async fn failed(&mut self) -> io::Error {
        self.tasks.join_next().await;
        io::Error::other("a listener ended by itself")
    }

    /// Takes no new connections, lets requests under way finish, and cuts them
    /// off after `grace`.
    pub async fn drain(mut self, grace: Duration) {
        self.tasks.shutdown().await;
        self.drain.cancel();
        self.connections.close();
        if tokio::time::timeout(grace, self.connections.wait()).await.is_err() {
            self.stop.cancel();
            self.connections.wait().await;
        }
    }
}
