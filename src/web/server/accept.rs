//! One listening socket at work.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use super::connection::{Front, Stream};
use super::connections::Connections;
use crate::web::listen::{Listener, UnixSocket};

/// How long to wait when no connection can be taken, for lack of file descriptors say.
const PAUSE: Duration = Duration::from_millis(100);

/// A listening socket that the runtime knows.
pub(super) enum Socket {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        /// Removes the path in the end.
        _opened: UnixSocket,
    },
}

enum Connection {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    pub(super) fn new(listener: Listener) -> io::Result<Self> {
        match listener {
            Listener::Tcp(listener) => Ok(Self::Tcp(TcpListener::from_std(listener)?)),
            Listener::Unix(socket) => {
                let listener = UnixListener::from_std(socket.listener.try_clone()?)?;
                Ok(Self::Unix { listener, _opened: socket })
            }
        }
    }

    async fn accept(&self) -> io::Result<Connection> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // An answer is written as a whole: there is nothing to wait for. It fails if the client has gone.
                let _ = stream.set_nodelay(true);
                Ok(Connection::Tcp(stream))
            }
            Self::Unix { listener, .. } => {
                listener.accept().await.map(|(stream, _)| Connection::Unix(stream))
            }
        }
    }
}

/// What becomes of the connections of a socket.
#[derive(Clone)]
pub(super) struct Accepting {
    pub(super) front: Front,
    pub(super) all: Arc<Connections>,
    pub(super) tasks: TaskTracker,
    /// Cuts them off.
    pub(super) stop: CancellationToken,
}

impl Accepting {
    pub(super) async fn run(self, socket: Socket) {
        let mut complained = false;
        loop {
            match socket.accept().await {
                Ok(Connection::Tcp(stream)) => self.serve(stream),
                Ok(Connection::Unix(stream)) => self.serve(stream),
                Err(error) if is_its_own_fault(&error) => {}
                Err(error) => {
                    // As a rule no file descriptor is left.
                    if !complained {
                        warn!("no connection can be taken: {error}");
                        complained = true;
                    }
                    self.all.close_one();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn serve(&self, stream: impl Stream) {
        // Where every connection has a request under way, this one has come too late.
        let Some(seat) = self.all.seat() else { return };
        let (front, stop) = (self.front.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = front.serve(stream, seat) => {}
            }
        });
    }
}

/// Whether a client has gone before it was taken.
fn is_its_own_fault(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}
