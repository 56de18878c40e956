//! An EMS that has its pages ready, and checks no credentials.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;

use crate::Result;
use crate::pages::{Pages, ROWS};

/// Stopped when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    index: Arc<Index>,
    handle: Handle<SocketAddr>,
}

struct Index {
    pages: Pages,
    total: AtomicUsize,
}

impl Server {
    pub(crate) async fn start(pages: Pages) -> Result<Self> {
        let identity = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
        let key = PrivatePkcs8KeyDer::from(identity.signing_key.serialize_der());
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![identity.cert.der().clone()], key.into())?;
        let index = Arc::new(Index { pages, total: AtomicUsize::new(0) });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&index));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let handle = Handle::new();
        let tls = RustlsConfig::from_config(Arc::new(tls));
        // As Apache does: or what is measured is how long Linux waits with acknowledgements.
        let acceptor = RustlsAcceptor::new(tls).acceptor(NoDelayAcceptor::new());
        let server = axum_server::from_tcp(listener)?.acceptor(acceptor).handle(handle.clone()).http1_only();
        tokio::spawn(async move { drop(server.serve(app.into_make_service()).await) });
        Ok(Self { address, index, handle })
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// From now on the index has so many endpoints.
    pub(crate) fn set_total(&self, total: usize) {
        self.index.total.store(total, Ordering::Relaxed);
    }

    /// What all pages of such an index have.
    pub(crate) fn bytes(&self, total: usize) -> usize {
        (0..total).step_by(ROWS).map(|offset| self.index.pages.page(offset, total).len()).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

async fn answer(State(index): State<Arc<Index>>, uri: Uri) -> Response {
    let json = (header::CONTENT_TYPE, "application/json");
    let success = r#"{"result": {"retval": 1, "message": null}, "data": {}}"#;
    match uri.path() {
        "/api/v1/auth/signin" => {
            ([json, (header::SET_COOKIE, "sessionid=measured; Path=/; Secure")], success).into_response()
        }
        "/api/v1/auth/signout" => ([json], success).into_response(),
        "/api/v1/endpoints/index" => {
            let parameter = |name: &str| {
                let pairs = uri.query().unwrap_or_default().split('&');
                pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1.parse().ok()
            };
            match (parameter("offset"), parameter("count")) {
                (Some(offset), Some(ROWS)) => {
                    ([json], index.pages.page(offset, index.total.load(Ordering::Relaxed))).into_response()
                }
                _ => StatusCode::BAD_REQUEST.into_response(),
            }
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
