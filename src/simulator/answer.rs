//! What a simulated system sends back.

use std::io::{self, Read as _};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::read::GzEncoder;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::json;

/// A whole HTTP answer, with an optional wait before it.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    broken: bool,
}

impl Answer {
    /// An answer of this status without body or headers.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delay: Duration::ZERO, broken: false }
    }

    /// A JSON answer of this status.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::status(status).header("content-type", "application/json").body(json::render(body))
    }

    /// An HTML page of this status, as a proxy or a login page would be.
    pub fn html(status: u16, page: &str) -> Self {
        Self::status(status).header("content-type", "text/html; charset=utf-8").body(page)
    }

    /// A plain text of this status.
    pub fn text(status: u16, text: &str) -> Self {
        Self::status(status).header("content-type", "text/plain; charset=utf-8").body(text)
    }

    /// A 302 to another path.
    pub fn redirect(location: &str) -> Self {
        Self::status(302).header("location", location)
    }

    /// Adds a header; the same name may be added several times.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body's bytes.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Packs the body.
    #[must_use]
    pub(super) fn gzip(self) -> Self {
        let mut packed = Vec::new();
        // Reading from memory cannot fail.
        let read = GzEncoder::new(self.body.as_slice(), Compression::fast()).read_to_end(&mut packed);
        drop(read);
        self.body(packed).header("content-encoding", "gzip")
    }

    /// Waits this long before anything is sent.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Breaks the connection after the body's bytes, before the answer is complete.
    #[must_use]
    pub fn broken_off(mut self) -> Self {
        self.broken = true;
        self
    }

    pub(super) fn code(&self) -> u16 {
        self.status
    }

    pub(super) fn wait(&self) -> Duration {
        self.delay
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = if self.broken {
            let pieces = [Ok(Bytes::from(self.body)), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
            // The pause lets the bytes leave before the connection goes.
            Body::from_stream(stream::iter(pieces).then(async |piece| {
                if piece.is_err() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                piece
            }))
        } else {
            Body::from(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        // All of these pages forbid caching.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            // A header a test misspelt so badly that HTTP cannot carry it is left out.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name.as_str()), HeaderValue::from_str(&value))
            {
                headers.append(name, value);
            }
        }
        response
    }
}
