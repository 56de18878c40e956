//! `healthcheck`: asks the exporter that runs on this machine whether it serves.
//!
//! For containers without a shell, and for probes that know neither password nor client certificate. Nothing secret
//! is sent, so the certificate is not verified, and whoever asks for credentials is as alive as whoever answers.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use crate::config::{MinVersion, Tls, Trust};
use crate::upstream::{self, TlsContext};
use crate::web::{Address, Prefix};

/// It answers within milliseconds; a machine under load may need a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a TLS port answers to plain HTTP, be it by this status or by an alert of TLS.
const BAD_REQUEST: u16 = 400;
const ALERT: &[u8] = &[21, 3];

/// Why it does not count as healthy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is there.
    #[error("nobody can be asked at {0}: {1}; with another --web.listen-address, give it here as well")]
    Connect(Address, io::Error),
    /// Somebody is there and says nothing.
    #[error("no answer from {0} within {PATIENCE:?}")]
    Silent(Address),
    /// Somebody else is there, or it is broken.
    #[error("{0} gives no answer in HTTP: {1}")]
    NotHttp(Address, io::Error),
    /// It is there, elsewhere.
    #[error("{0} answers {1} with 404; with another --web.route-prefix, give it here as well")]
    NotFound(Address, String),
    /// It answers, but not as one who serves.
    #[error("{0} answers {1} with {2}")]
    Status(Address, String, u16),
    /// There is no TLS to ask with.
    #[error(transparent)]
    Tls(#[from] upstream::Error),
}

/// Asks the exporter that listens on `address`, with or without TLS as it wants it.
pub async fn healthcheck(address: &Address, prefix: &Prefix) -> Result<(), Error> {
    let path = prefix.path("/-/healthy");
    let asking = tokio::time::timeout(PATIENCE, ask(address, &path));
    asking.await.unwrap_or_else(|_| Err(Error::Silent(address.clone())))
}

async fn ask(address: &Address, path: &str) -> Result<(), Error> {
    let not_http = |error| Error::NotHttp(address.clone(), error);
    let mut status = request(connect(address).await?, path).await.map_err(not_http)?;
    if status == BAD_REQUEST {
        match over_tls(connect(address).await?, path).await? {
            Tried::Answered(answer) => status = answer.map_err(not_http)?,
            Tried::Unwelcome => return Ok(()),
        }
    }
    match status {
        // 401 and 429 come from those who serve as well: before the page are the password and the rate limit.
        200 | 401 | 429 => Ok(()),
        404 => Err(Error::NotFound(address.clone(), path.to_owned())),
        _ => Err(Error::Status(address.clone(), path.to_owned(), status)),
    }
}

/// What became of asking over TLS.
enum Tried {
    Answered(io::Result<u16>),
    /// Its side of the handshake is done, and it wants a certificate of ours.
    Unwelcome,
}

async fn over_tls(stream: Box<dyn Stream>, path: &str) -> Result<Tried, Error> {
    let anybody = Tls { trust: Trust::Anything, server_name: None, min_version: MinVersion::Tls12 };
    let connector = TlsConnector::from(Arc::new(TlsContext::new().client_config(&anybody)?));
    let localhost = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
    Ok(match connector.connect(localhost, stream).await {
        // In TLS 1.3 a server says only now what it thinks of a client without a certificate, and may hang up.
        Ok(stream) => {
            request(stream, path).await.map_or(Tried::Unwelcome, |status| Tried::Answered(Ok(status)))
        }
        Err(error) if is_alert(&error) => Tried::Unwelcome,
        Err(error) => Tried::Answered(Err(error)),
    })
}

fn is_alert(error: &io::Error) -> bool {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    matches!(cause, Some(rustls::Error::AlertReceived(_)))
}

/// The status of the answer.
async fn request(mut stream: impl Stream, path: &str) -> io::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(16).read_to_end(&mut answer).await?;
    if answer.starts_with(ALERT) {
        return Ok(BAD_REQUEST);
    }
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "something else listens there"))
}

async fn connect(address: &Address) -> Result<Box<dyn Stream>, Error> {
    let stream = match address {
        Address::Tcp { host, port } if is_every_interface(host) => {
            let loopback = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
            let loopback = loopback.map(|ip| SocketAddr::new(ip, *port));
            TcpStream::connect(loopback.as_slice()).await.map(boxed)
        }
        Address::Tcp { host, port } => TcpStream::connect((host.as_str(), *port)).await.map(boxed),
        Address::Unix(path) => UnixStream::connect(path).await.map(boxed),
    };
    stream.map_err(|error| Error::Connect(address.clone(), error))
}

fn is_every_interface(host: &str) -> bool {
    host.is_empty() || host.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified())
}

/// What bytes come from: TCP or a Unix socket, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + ?Sized> Stream for S {}

fn boxed(stream: impl Stream + 'static) -> Box<dyn Stream> {
    Box::new(stream)
}
