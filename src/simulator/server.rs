//! The listening side: a port on loopback, HTTP/1.1 over TLS or plain, stopped at once on demand.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use super::lock::lock;
use super::{Certificate, Error};

/// A FortiManager closes a connection that brought no request for this long; hyper's header timeout does
/// the same between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// A server on one port, running or stopped; it stops when this is dropped.
pub(super) struct Server {
    address: SocketAddr,
    app: Router,
    certificate: Option<Certificate>,
    running: Mutex<Option<Running>>,
}

struct Running {
    handle: Handle<SocketAddr>,
    task: JoinHandle<()>,
}

/// The scheme of a server with or without this certificate.
pub(super) fn scheme(certificate: Option<&Certificate>) -> &'static str {
    if certificate.is_some() { "https" } else { "http" }
}

impl Server {
    /// Opens a free port.
    pub(super) fn start(app: Router, certificate: Option<&Certificate>) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let running = serve(listener, app.clone(), certificate)?;
        Ok(Self { address, app, certificate: certificate.cloned(), running: Mutex::new(Some(running)) })
    }

    /// Opens the same port again after a stop.
    pub(super) fn resume(&self) -> Result<(), Error> {
        let mut running = lock(&self.running);
        if running.is_none() {
            let listener = TcpListener::bind(self.address)?;
            *running = Some(serve(listener, self.app.clone(), self.certificate.as_ref())?);
        }
        Ok(())
    }

    pub(super) fn url(&self) -> String {
        format!("{}://{}", scheme(self.certificate.as_ref()), self.address)
    }

    /// Closes the port and cuts every connection; once this returns, connecting is refused.
    pub(super) async fn stop(&self) {
        let running = lock(&self.running).take();
        if let Some(Running { handle, task }) = running {
            handle.shutdown();
            // The task only ends; if it panicked, the port is closed all the same.
            drop(task.await);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = lock(&self.running).take() {
            running.handle.shutdown();
        }
    }
}

fn serve(listener: TcpListener, app: Router, certificate: Option<&Certificate>) -> Result<Running, Error> {
    listener.set_nonblocking(true)?;
    let handle = Handle::new();
    let service = app.into_make_service();
    let task = match certificate {
        Some(certificate) => {
            let tls = RustlsConfig::from_config(Arc::new(certificate.server_config()?));
            let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle.clone()).http1_only();
            shorten_keep_alive(server.http_builder());
            tokio::spawn(async move { drop(server.serve(service).await) })
        }
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle.clone()).http1_only();
            shorten_keep_alive(server.http_builder());
            tokio::spawn(async move { drop(server.serve(service).await) })
        }
    };
    Ok(Running { handle, task })
}

fn shorten_keep_alive(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(KEEP_ALIVE);
}
