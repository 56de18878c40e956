//! Listen addresses as Prometheus exporters take them: `:10066`, `[::1]:10066`,
//! `localhost:10066`.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::str::FromStr;

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Empty for every interface.
    host: String,
    port: u16,
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write HOST:PORT, or :PORT for every interface".to_owned();
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Opens a listening socket. `:PORT` takes IPv6 and IPv4 together, or IPv4
/// alone where there is no IPv6.
pub fn bind(address: &Address) -> io::Result<TcpListener> {
    let listener = if address.host.is_empty() {
        let every = SocketAddr::from((Ipv6Addr::UNSPECIFIED, address.port));
        match TcpListener::bind(every) {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                TcpListener::bind((Ipv4Addr::UNSPECIFIED, address.port))?
            }
            result => result?,
        }
    } else {
        let addresses: Vec<SocketAddr> = (address.host.as_str(), address.port).to_socket_addrs()?.collect();
        TcpListener::bind(addresses.as_slice())?
    };
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_every_exporter_reads_them() {
        for text in [":10066", "127.0.0.1:10066", "[::1]:10066", "localhost:0"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "10066", "host", "host:port", "host:70000"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
