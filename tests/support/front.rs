//! A front between a client and a simulated system, on a port of its own: it
//! passes bytes through, and on command it misbehaves below or beside HTTP.

mod mischief;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::mischief::Mischief;

/// A port that passes everything on to a backend until told otherwise.
pub(crate) struct Front {
    address: SocketAddr,
    shared: Arc<Shared>,
    port: Mutex<Port>,
}

/// What is at the port.
enum Port {
    /// Nothing, while it is being changed.
    Nothing,
    /// Whoever connects is served.
    Open(JoinHandle<()>),
    /// Taken, so that nobody else gets it, but not listening: refused.
    Refusing(#[allow(dead_code, reason = "held, not used")] TcpSocket),
    /// Listening with a full queue: a connect hangs.
    Full(#[allow(dead_code, reason = "held, not used")] (TcpListener, Vec<TcpStream>)),
}

struct Shared {
    state: Mutex<State>,
    /// Requests answered here, not by the backend, and those of them with credentials.
    requests: AtomicUsize,
    sign_ins: AtomicUsize,
    /// Connections that only time gets further.
    stuck: AtomicUsize,
}

struct State {
    backend: SocketAddr,
    mischief: Option<Mischief>,
    /// Ends the connections made so far.
    connections: CancellationToken,
}

impl Front {
    /// A front of the system at `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State { backend: address_of(url), mischief: None, connections: CancellationToken::new() };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            requests: AtomicUsize::new(0),
            sign_ins: AtomicUsize::new(0),
            stuck: AtomicUsize::new(0),
        });
        let port = Mutex::new(Port::Open(tokio::spawn(accept(listener, Arc::clone(&shared)))));
        Self { address, shared, port }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Passes new connections on to another system; those that exist are cut.
    pub(crate) fn switch_to(&self, url: &str) {
        lock(&self.shared.state).backend = address_of(url);
        self.cut();
    }

    /// Refuses connections.
    pub(crate) async fn refuse(&self) {
        let socket = self.close().await;
        *lock(&self.port) = Port::Refusing(socket);
    }

    /// Lets connects hang.
    pub(crate) async fn hang_connects(&self) {
        let listener = self.close().await.listen(1).unwrap();
        let mut queue = Vec::new();
        let address = self.address;
        // In real time, on a thread: the clock may be held.
        let connect = move || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100));
        while let Ok(stream) = tokio::task::spawn_blocking(connect).await.unwrap() {
            stream.set_nonblocking(true).unwrap();
            queue.push(TcpStream::from_std(stream).unwrap());
        }
        *lock(&self.port) = Port::Full((listener, queue));
    }

    /// Misbehaves towards every request; connections that exist are cut.
    pub(crate) fn misbehave(&self, mischief: Mischief) {
        lock(&self.shared.state).mischief = Some(mischief);
        self.cut();
    }

    /// Serves as in the beginning.
    pub(crate) async fn behave(&self) {
        lock(&self.shared.state).mischief = None;
        self.cut();
        if !matches!(*lock(&self.port), Port::Open(_)) {
            let listener = self.close().await.listen(1024).unwrap();
            *lock(&self.port) = Port::Open(tokio::spawn(accept(listener, Arc::clone(&self.shared))));
        }
    }

    /// Requests answered here and those of them that had credentials in them.
    pub(crate) fn seen(&self) -> (usize, usize) {
        (self.shared.requests.load(Ordering::SeqCst), self.shared.sign_ins.load(Ordering::SeqCst))
    }

    /// Whether a client waits for something that only time brings.
    pub(crate) fn is_stuck(&self) -> bool {
        self.shared.stuck.load(Ordering::SeqCst) > 0 || matches!(*lock(&self.port), Port::Full(_))
    }

    fn cut(&self) {
        let mut state = lock(&self.shared.state);
        state.connections.cancel();
        state.connections = CancellationToken::new();
    }

    /// Stops listening; the port stays taken.
    async fn close(&self) -> TcpSocket {
        self.cut();
        let port = std::mem::replace(&mut *lock(&self.port), Port::Nothing);
        match port {
            Port::Refusing(socket) => return socket,
            Port::Open(task) => {
                task.abort();
                drop(task.await);
            }
            full => drop(full),
        }
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        socket
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.cut();
        if let Port::Open(task) = &*lock(&self.port) {
            task.abort();
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let (connections, backend, mischief) = {
            let state = lock(&shared.state);
            (state.connections.clone(), state.backend, state.mischief)
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(connections.run_until_cancelled_owned(serve(client, backend, mischief, shared)));
    }
}

async fn serve(mut client: TcpStream, backend: SocketAddr, mischief: Option<Mischief>, shared: Arc<Shared>) {
    match mischief {
        None => {
            let Ok(mut backend) = TcpStream::connect(backend).await else { return };
            // However it ends: both sides are closed then.
            let _ = copy_bidirectional(&mut client, &mut backend).await;
        }
        Some(mischief) => {
            let Some(request) = read_request(&mut client).await else { return };
            if !mischief.is_passed_on() {
                shared.requests.fetch_add(1, Ordering::SeqCst);
                let keys = ["\"secretkey\"", "\"password\"", "\"access_key\""];
                let text = String::from_utf8_lossy(&request);
                if keys.iter().any(|key| text.contains(key)) {
                    shared.sign_ins.fetch_add(1, Ordering::SeqCst);
                }
            }
            // The client leaves, or the mischief is over; either is the end.
            let _ = mischief.play(&mut client, &request, backend, &shared.stuck).await;
        }
    }
}

/// One request with its body; `None` where the client leaves before.
async fn read_request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(request);
            }
        }
        if client.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}

fn address_of(url: &str) -> SocketAddr {
    url.split_once("://").unwrap().1.parse().unwrap()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
