//! Where to listen, as Prometheus exporters take it: `:10066`, `[::1]:10066`,
//! `localhost:10066`; `unix:/run/exporter.sock`; sockets that systemd has opened.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use listenfd::ListenFd;

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `HOST:PORT`
    Tcp {
        /// Empty for every interface.
        host: String,
        /// 0 for any that is free.
        port: u16,
    },
    /// `unix:PATH`
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write HOST:PORT, :PORT for every interface, or unix:/PATH".to_owned();
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() { Ok(Self::Unix(path)) } else { Err(wrong()) };
        }
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A listening socket.
#[derive(Debug)]
pub enum Listener {
    /// Of IPv4, IPv6 or both.
    Tcp(TcpListener),
    /// Of a path in the file system.
    Unix(UnixSocket),
}

impl Listener {
    /// What people call it.
    pub fn name(&self) -> String {
        match self {
            Self::Tcp(_) => self.address().map_or_else(|| "?".to_owned(), |address| address.to_string()),
            Self::Unix(socket) => socket.to_string(),
        }
    }

    /// The address, with its real port, where it has one.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }
}

/// A Unix socket; the path that it was opened at goes with it.
#[derive(Debug)]
pub struct UnixSocket {
    pub(super) listener: UnixListener,
    /// Ours to remove, if it is still this file; none for a socket that systemd owns.
    path: Option<(PathBuf, FileId)>,
}

/// Device and number, which no other file has meanwhile.
type FileId = (u64, u64);

fn file_id(path: &Path) -> io::Result<FileId> {
    std::fs::symlink_metadata(path).map(|about| (about.dev(), about.ino()))
}

impl fmt::Display for UnixSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = self.listener.local_addr().ok();
        let path = bound.as_ref().and_then(|address| address.as_pathname());
        write!(f, "unix:{}", path.unwrap_or(Path::new("?")).display())
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        if let Some((path, id)) = &self.path
            && file_id(path).is_ok_and(|now| now == *id)
        {
            // Nothing depends on it: the next start finds that nobody listens there.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Opens a listening socket. `:PORT` takes IPv6 and IPv4 together, or IPv4
/// alone where there is no IPv6.
pub fn bind(address: &Address) -> io::Result<Listener> {
    let listener = match address {
        Address::Tcp { host, port } if host.is_empty() => {
            let every = SocketAddr::from((Ipv6Addr::UNSPECIFIED, *port));
            match TcpListener::bind(every) {
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port))?
                }
                result => result?,
            }
        }
        Address::Tcp { host, port } => {
            let addresses: Vec<SocketAddr> = (host.as_str(), *port).to_socket_addrs()?.collect();
            TcpListener::bind(addresses.as_slice())?
        }
        Address::Unix(path) => return unix(path),
    };
    listener.set_nonblocking(true)?;
    Ok(Listener::Tcp(listener))
}

fn unix(path: &Path) -> io::Result<Listener> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket());
    if is_socket
        && UnixStream::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    {
        // Left behind by a process that was killed.
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    let id = file_id(path)?;
    Ok(Listener::Unix(UnixSocket { listener, path: Some((path.to_owned(), id)) }))
}

/// The sockets that systemd has opened for this process (`.socket` units). To
/// be called before there are threads, since it clears systemd's variables.
pub fn inherited() -> io::Result<Vec<Listener>> {
    let mut passed = ListenFd::from_env();
    let mut listeners = Vec::new();
    for number in 0..passed.len() {
        let listener = match passed.take_tcp_listener(number) {
            Ok(listener) => listener.map(Listener::Tcp),
            Err(_) => {
                let socket = passed.take_unix_listener(number)?;
                socket.map(|listener| Listener::Unix(UnixSocket { listener, path: None }))
            }
        };
        listeners.extend(listener);
    }
    for listener in &listeners {
        match listener {
            Listener::Tcp(listener) => listener.set_nonblocking(true)?,
            Listener::Unix(socket) => socket.listener.set_nonblocking(true)?,
        }
    }
    if listeners.is_empty() {
        let message =
            "systemd has passed no socket: start the .socket unit, or leave --web.systemd-socket out";
        return Err(io::Error::other(message));
    }
    Ok(listeners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_every_exporter_reads_them() {
        for text in [":10066", "127.0.0.1:10066", "[::1]:10066", "localhost:0", "unix:/run/exporter.sock"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "10066", "host", "host:port", "host:70000", "unix:", "unix:exporter.sock"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_socket_that_was_left_behind_is_replaced_and_one_in_use_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("exporter.sock");
        let address = Address::Unix(path.clone());
        drop(UnixListener::bind(&path).unwrap());
        let first = bind(&address).unwrap();
        assert_eq!(bind(&address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(first);
        assert!(!path.exists(), "the path goes with the socket");
        let first = bind(&address).unwrap();
        std::fs::remove_file(&path).unwrap();
        let second = bind(&address).unwrap();
        drop(first);
        assert!(UnixStream::connect(&path).is_ok(), "the path is another one's by now");
        drop(second);
        std::fs::write(&path, "precious").unwrap();
        assert!(bind(&address).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    }
}
