//! What a capture gets to see of an exchange: all of it. Nobody else does, and
//! without a capture nothing is handed over.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::error::Error;
use super::exchange::{Reply, Request};

/// Is given the content of every exchange.
pub type Recorder = Arc<dyn Fn(&Recorded<'_>) + Send + Sync>;

/// One exchange with its content. Not `Debug`: it may hold a password.
pub struct Recorded<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// The names of the headers sent.
    pub headers: &'a [&'static str],
    /// The body sent.
    pub body: Option<&'a str>,
    /// The reply, or why there is none.
    pub outcome: Result<&'a Reply, &'a Error>,
}

/// A request as it is put down before it is sent.
pub(super) struct Asked {
    method: String,
    path: String,
    headers: Vec<&'static str>,
    body: Option<SecretString>,
}

impl Asked {
    pub(super) fn of(request: &Request, has_cookies: bool) -> Self {
        let mut headers: Vec<&'static str> = request.headers.iter().map(|(name, _)| *name).collect();
        headers.extend(has_cookies.then_some("Cookie"));
        headers.extend(request.body.is_some().then_some("Content-Type"));
        let (method, path) = (request.method.to_string(), request.path.clone());
        Self { method, path, headers, body: request.body.clone() }
    }

    /// Hands it over with what came of it.
    pub(super) fn hand_over(&self, recorder: &Recorder, outcome: Result<&Reply, &Error>) {
        let Self { method, path, headers, body } = self;
        let body = body.as_ref().map(SecretString::expose_secret);
        recorder(&Recorded { method, path, headers, body, outcome });
    }
}
