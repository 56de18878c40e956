//! One connection from its TLS handshake to its end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::connections::Seat;
use super::sending::Sending;
use crate::web::Guard;

/// Longer than any usual scrape interval, so that Prometheus keeps its
/// connection; short enough that half-sent requests do not pile up.
const HEADER_TIMEOUT: Duration = Duration::from_secs(130);
/// How long a client may take over the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Twice what browsers send at most; more would be memory for whoever asks.
const LARGEST_HEADERS: u32 = 32 * 1024;
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 32;
/// How often an HTTP/2 client is asked whether it is still there.
const PING: Duration = Duration::from_secs(60);

/// What every connection needs.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) router: Router,
    pub(super) guard: Option<Arc<Guard>>,
    /// Requests under way may finish, and no other begins.
    pub(super) drain: CancellationToken,
}

impl Front {
    /// Serves one client until either side has had enough.
    pub(super) async fn serve(self, stream: impl Stream, seat: Seat) {
        let seat = Arc::new(seat);
        let result = tokio::select! {
            () = seat.closed() => {
                debug!("a connection that waited for long makes room for another");
                return;
            }
            result = self.converse(stream, Arc::clone(&seat)) => result,
        };
        if let Err(error) = result {
            debug!("connection: {error}");
        }
    }

    async fn converse(self, stream: impl Stream, seat: Arc<Seat>) -> Result<(), Failure> {
        match self.guard.as_ref().and_then(|guard| guard.tls()) {
            None => self.exchange(stream, seat, false).await,
            Some(tls) => {
                // Of room for the one byte that is looked at: all others pass by it.
                let mut stream = BufReader::with_capacity(1, stream);
                let handshake = async {
                    let first = stream.fill_buf().await?.first();
                    if first.is_some_and(u8::is_ascii_uppercase) {
                        explain(stream).await?;
                        return Err(Failure::from("plain HTTP to a port of TLS"));
                    }
                    Ok(TlsAcceptor::from(tls).accept(stream).await?)
                };
                let stream = tokio::select! {
                    () = self.drain.cancelled() => return Ok(()),
                    handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake) => handshake??,
                };
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                self.exchange(stream, seat, is_http2).await
            }
        }
    }

    /// Requests and answers.
    async fn exchange(self, stream: impl Stream, seat: Arc<Seat>, http2: bool) -> Result<(), Failure> {
        let mut http = Builder::new(TokioExecutor::new());
        http = if http2 { http.http2_only() } else { http.http1_only() };
        let mut http1 = http.http1();
        http1.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
        http1.max_buf_size(LARGEST_HEADERS as usize);
        let mut http2 = http.http2();
        http2.timer(TokioTimer::new()).keep_alive_interval(PING);
        http2.max_header_list_size(LARGEST_HEADERS).max_concurrent_streams(STREAMS);

        let router = TowerToHyperService::new(self.router);
        let service = service_fn(move |request: Request<Incoming>| {
            let busy = seat.request();
            let answer = router.call(request);
            async move { answer.await.map(|response| Sending::of(response, busy)) }
        });
        let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            result = connection.as_mut() => return result,
            () = self.drain.cancelled() => {}
        }
        connection.as_mut().graceful_shutdown();
        connection.await
    }
}

/// Says to whoever speaks plain HTTP to a TLS port what is wrong, as Go does: no TLS alert comes first, which such
/// a client could not read. A method is in capitals; a TLS handshake begins with 0x16.
async fn explain(mut stream: impl Stream) -> io::Result<()> {
    let answer = "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n\
        This is an HTTPS server: write https:// (in Prometheus, `scheme: https`).\n";
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    // A connection that is closed with something unread is reset, and the answer may be lost.
    tokio::io::copy(&mut stream.take(LARGEST_HEADERS.into()), &mut tokio::io::sink()).await?;
    Ok(())
}

/// What bytes come from: TCP or a Unix socket.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// Of any kind; it goes to the log at the debug level only.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[cfg(test)]
mod tests {
    use std::future::ready;

    use axum::body::Bytes;
    use axum::routing::get;
    use tokio::io::duplex;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::web::server::connections::Connections;

    fn front(guard: Option<Arc<Guard>>) -> Front {
        Front { router: Router::new(), guard, drain: CancellationToken::new() }
    }

    /// How long a client is borne that sends this and then nothing.
    async fn borne(sent: &str, guard: Option<Arc<Guard>>) -> Duration {
        let (mut client, server) = duplex(1024);
        client.write_all(sent.as_bytes()).await.unwrap();
        let begin = Instant::now();
        let serving = tokio::spawn(front(guard).serve(server, Connections::new().seat().unwrap()));
        let mut answer = Vec::new();
        let end = timeout(Duration::from_secs(3600), client.read_to_end(&mut answer));
        assert!(end.await.is_ok(), "{sent:?} is borne for ever");
        serving.await.unwrap();
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_half_a_request_or_nothing_is_not_borne_for_ever() {
        for sent in ["", "G", "GET / HTTP/1.1\r\nHost: x", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
            let borne = borne(sent, None).await;
            assert!(borne < HEADER_TIMEOUT + Duration::from_secs(2), "{sent:?}: {borne:?}");
        }
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_off_when_too_much_waits_for_readers() {
        const LENGTH: usize = 8 << 20;
        let page = Bytes::from(vec![b'x'; LENGTH]);
        let router = Router::new().route("/", get(move || ready(page.clone())));
        let (front, connections) = (Front { router, ..front(None) }, Connections::new());
        let mut clients = Vec::new();
        // One more than may wait.
        for _ in 0..=16 {
            let (mut client, server) = duplex(1024);
            client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
            tokio::spawn(front.clone().serve(server, connections.seat().unwrap()));
            assert_eq!(client.read_u8().await.unwrap(), b'H', "it is answered");
            clients.push(client);
        }
        let mut lengths = Vec::new();
        for mut client in clients {
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            lengths.push(answer.len());
        }
        assert!(lengths[0] < LENGTH && lengths[1..].iter().all(|length| *length > LENGTH), "{lengths:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_begins_tls_and_stops_is_not_borne_for_ever() {
        let (dir, key) = (tempfile::tempdir().unwrap(), rcgen::KeyPair::generate().unwrap());
        let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
        let web = dir.path().join("web.yml");
        std::fs::write(dir.path().join("server.crt"), certificate.pem()).unwrap();
        std::fs::write(dir.path().join("server.key"), key.serialize_pem()).unwrap();
        std::fs::write(&web, "tls_server_config: { cert_file: server.crt, key_file: server.key }").unwrap();
        let guard = Arc::new(Guard::load(&web).unwrap());
        for sent in ["", "\x16\x03\x01", "G", "GET / HTTP/1.1\r\nHost: x"] {
            let borne = borne(sent, Some(Arc::clone(&guard))).await;
            assert!(borne < HANDSHAKE_TIMEOUT + Duration::from_secs(2), "{sent:?}: {borne:?}");
        }
    }
}
