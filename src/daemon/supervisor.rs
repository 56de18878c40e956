//! What systemd is told (`Type=notify`): ready, reloading, stopping, and again
//! and again that the process is alive.
//!
//! A plain thread tells it: a message that systemd does not read blocks
//! whoever sends it, and no worker of the runtime may stand still for that. It
//! says "alive" only while the runtime itself sets the heartbeat, so that a
//! runtime that hangs is restarted by systemd's watchdog.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::warn;

/// The daemon serves, or does so again after a reload.
pub(super) const READY: &str = "READY=1";
/// The configuration is being read again.
pub(super) const RELOADING: &str = "RELOADING=1";
/// The daemon signs out and ends.
pub(super) const STOPPING: &str = "STOPPING=1";
const ALIVE: &str = "WATCHDOG=1";

/// How long a message may wait to be read.
const PATIENCE: Duration = Duration::from_secs(1);
/// Where nobody watches, the thread only waits for messages.
const LONG: Duration = Duration::from_secs(3600);

/// Whoever started the process and wants to know how it is; perhaps nobody.
#[derive(Clone)]
pub(super) struct Supervisor(Option<Sender<Message>>);

struct Message {
    text: &'static str,
    told: oneshot::Sender<()>,
}

impl Supervisor {
    /// As systemd's variables say.
    pub(super) fn from_env() -> Self {
        let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return Self(None) };
        let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
        let is_meant = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let limit = number("WATCHDOG_USEC").filter(|limit| is_meant && *limit > 0);
        Self::start(socket, limit.map(Duration::from_micros))
    }

    /// `limit`: the longest silence that does not count as death.
    fn start(socket: OsString, limit: Option<Duration>) -> Self {
        let (sender, messages) = channel();
        let heartbeat = Arc::new(AtomicU64::new(0));
        // Systemd advises half of the limit; a machine that is busy may be late.
        let every = limit.map_or(LONG, |limit| limit / 4);
        if limit.is_some() {
            tokio::spawn(beat(Arc::clone(&heartbeat), every / 2));
        }
        std::thread::spawn(move || tell(&socket, &messages, &heartbeat, every));
        Self(Some(sender))
    }

    /// Returns at once; what it returns resolves when the message has gone, or cannot.
    pub(super) fn tell(&self, text: &'static str) -> oneshot::Receiver<()> {
        let (told, receiver) = oneshot::channel();
        if let Some(sender) = &self.0 {
            // The thread outlasts every sender.
            let _ = sender.send(Message { text, told });
        }
        receiver
    }
}

async fn beat(heartbeat: Arc<AtomicU64>, every: Duration) {
    loop {
        heartbeat.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(every).await;
    }
}

/// Passes messages on until nobody is left to send one.
fn tell(socket: &OsStr, messages: &Receiver<Message>, heartbeat: &AtomicU64, every: Duration) {
    let (mut seen, mut complained) = (0, false);
    let mut next = Instant::now() + every;
    loop {
        let (text, told) = match messages.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Message { text, told }) => (text, Some(told)),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                next = Instant::now() + every;
                let now = heartbeat.load(Ordering::Relaxed);
                if now == seen {
                    continue;
                }
                seen = now;
                (ALIVE, None)
            }
        };
        if let Err(error) = send(socket, text)
            && !complained
        {
            warn!("systemd cannot be told {text}: {error}");
            complained = true;
        }
        // As a rule nobody waits for it.
        let _ = told.map(|told| told.send(()));
    }
}

fn send(socket: &OsStr, message: &str) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    sender.set_write_timeout(Some(PATIENCE))?;
    sender.send_to_addr(message.as_bytes(), &address(socket)?).map(|_| ())
}

/// A path, or on Linux a name that begins with `@` and is nowhere in the file system.
fn address(socket: &OsStr) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = socket.as_bytes().strip_prefix(b"@") {
        return <SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(name);
    }
    SocketAddr::from_pathname(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many signs of life come within `time`.
    fn beats(socket: &UnixDatagram, time: Duration) -> usize {
        let (mut beats, mut text) = (0, [0; 64]);
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            socket.set_read_timeout(Some(left)).unwrap();
            beats +=
                socket.recv(&mut text).map_or(0, |length| usize::from(&text[..length] == ALIVE.as_bytes()));
        }
        beats
    }

    #[test]
    fn a_runtime_that_hangs_is_not_said_to_be_alive() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let limit = Duration::from_millis(80);
        let _supervisor = runtime.block_on(async { Supervisor::start(path.into_os_string(), Some(limit)) });
        // Nothing drives the runtime now. What it did before is told once.
        beats(&socket, limit);
        assert_eq!(beats(&socket, limit * 5), 0);
        let (stop, stopped) = oneshot::channel::<()>();
        let driven = std::thread::spawn(move || runtime.block_on(stopped));
        let begin = Instant::now();
        while beats(&socket, limit) == 0 {
            assert!(begin.elapsed() < Duration::from_secs(30), "no sign of life");
        }
        stop.send(()).unwrap();
        driven.join().unwrap().unwrap();
    }
}
