//! A request, its reply, and the record of both.

use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, Verdict, quoted};
use super::reason::Reason;
use super::repair::lenient_json;

/// One request to a target; the path is below its base URL. What may hold a
/// password or a token cannot be printed.
#[derive(Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) call: Option<String>,
    pub(super) headers: Vec<(&'static str, SecretString)>,
    pub(super) body: Option<SecretString>,
    pub(super) body_limit: usize,
    pub(super) head_only: bool,
    pub(super) buffer: Vec<u8>,
}

/// Every page but the endpoint index is a few kilobytes.
const SMALL_BODY: usize = 1024 * 1024;

/// The endpoint index, which has more, is not read as a tree.
const MOST_OBJECTS: usize = 200_000;
const MOST_VALUES: usize = 4_000_000;

impl Request {
    /// A GET of `path`, which starts with a slash and may have a query.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into(), None)
    }

    /// A POST of `body` as JSON.
    pub fn post_json(path: impl Into<String>, body: &impl Serialize) -> Self {
        // Our own structs of strings and numbers: serialising them cannot fail.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self::new(Method::POST, path.into(), Some(body))
    }

    /// A POST without content, declared as JSON as FortiManager's logout wants it.
    pub fn post_empty(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path.into(), Some(String::new()))
    }

    fn new(method: Method, path: String, body: Option<String>) -> Self {
        let body = body.map(SecretString::from);
        let (headers, buffer) = (Vec::new(), Vec::new());
        Self { method, path, call: None, headers, body, body_limit: SMALL_BODY, head_only: false, buffer }
    }

    /// Says what the body asks of a path that serves many purposes, for whoever is told of the request: a
    /// method and an address, nothing secret.
    pub fn calling(self, method: &str, address: &str) -> Self {
        Self { call: Some(quoted(&format!("{method} {address}"))), ..self }
    }

    /// Adds a header; the value is treated as a secret.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into().into()));
        self
    }

    /// Allows a larger reply, in bytes after decompression.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Reads the reply's body into `buffer`, whatever is in it now: the next of
    /// many large pages needs no memory of its own.
    pub fn into_buffer(mut self, buffer: Vec<u8>) -> Self {
        self.buffer = buffer;
        self
    }

    /// The last thing said on its connection. A system that ends a session may end the connection with it,
    /// without a word; a sign-in sent into that would be one whose outcome nobody knows.
    pub fn hanging_up(self) -> Self {
        self.header("Connection", "close")
    }

    /// Leaves the reply's body unread: status and cookies are all that is wanted.
    pub fn head_only(mut self) -> Self {
        self.head_only = true;
        self
    }
}

/// A complete reply. Not `Debug`: its body may hold a session.
pub struct Reply {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) location: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
    /// The names of the cookies it sets, where somebody records it.
    pub(super) cookies: Vec<String>,
    /// What was asked, for messages.
    pub(super) what: String,
}

impl Reply {
    /// A reply that nobody sent.
    #[cfg(fuzzing)]
    pub fn made_up(status: u16, content_type: &str, body: &[u8]) -> Self {
        Self {
            status,
            content_type: content_type.to_owned(),
            location: None,
            retry_after: None,
            body: body.to_vec(),
            cookies: Vec::new(),
            what: "GET /".to_owned(),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Its `Content-Type`; empty where it has none.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The names of the cookies it sets; known to a capture alone.
    pub fn cookies(&self) -> &[String] {
        &self.cookies
    }

    /// The body as it came, decompressed.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Its body's buffer, for another page to be read into.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The body as JSON, whatever the status and small flaws; `None` for HTML and the like, and for
    /// more objects than any answer has: an empty one takes a hundred times the memory of its text.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        let objects = memchr::memchr_iter(b'{', &self.body).count();
        let values = memchr::memchr2_iter(b',', b'[', &self.body).count();
        (objects <= MOST_OBJECTS && values <= MOST_VALUES).then(|| lenient_json(&self.body)).flatten()
    }

    /// Whether the body looks like a page for people.
    pub fn is_html(&self) -> bool {
        let text = self.body.trim_ascii_start();
        self.content_type.contains("html") || text.starts_with(b"<")
    }

    /// Whether this answer to a sign-in passed judgement on the credentials.
    /// Not found, rate limits and server errors come before they are looked at.
    pub fn judges_credentials(&self) -> bool {
        !matches!(self.status, 404 | 405 | 408 | 429 | 500..)
    }

    /// The error behind a status that is not 200, with what it says about the
    /// session by the rules all systems share: a redirect, 401 or 403 end it.
    pub fn check_status(&self) -> Result<(), Error> {
        let what = &self.what;
        let status = self.status;
        match status {
            200..=299 => Ok(()),
            300..=399 => {
                let to = self.location.as_deref().unwrap_or("somewhere");
                let message = format!("{what} answered with a redirect (HTTP {status}) to {to}");
                Err(Error::new(Reason::HttpStatus, message).with_verdict(Verdict::SessionDead))
            }
            401 => Err(Error::new(Reason::Auth, format!("{what} answered HTTP 401: not signed in"))
                .with_verdict(Verdict::SessionDead)),
            403 => Err(Error::new(Reason::Forbidden, format!("{what} answered HTTP 403: not allowed"))
                .with_verdict(Verdict::SessionDead)),
            // Cookies that have grown beyond what the system takes.
            431 => {
                Err(Error::new(Reason::HttpStatus, format!("{what} answered HTTP 431: headers too large"))
                    .with_verdict(Verdict::SessionDead))
            }
            429 => {
                Err(Error::new(Reason::RateLimited, format!("{what} answered HTTP 429: too many requests"))
                    .with_retry_after(self.retry_after))
            }
            _ => Err(Error::new(Reason::HttpStatus, format!("{what} answered HTTP {status}"))
                .with_retry_after(self.retry_after)),
        }
    }

    /// The error for a body that is not the JSON it should be: a login page,
    /// as a rule, so the session is taken for dead.
    pub fn not_json(&self) -> Error {
        let kind = if self.is_html() { "an HTML page" } else { "something that is not JSON" };
        let message = format!("{} answered with {kind} (HTTP {})", self.what, self.status);
        Error::new(Reason::NotJson, message).with_verdict(Verdict::SessionDead)
    }

    /// The error for JSON without what was asked for.
    pub fn unexpected(&self, lacking: &str) -> Error {
        let message = format!("{} answered with JSON {lacking}", self.what);
        Error::new(Reason::UnexpectedPayload, message).with_verdict(Verdict::SessionDead)
    }
}

/// What is told of one exchange: never a body, a header or a cookie.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path and query; no secret is ever part of a URL here.
    pub path: &'a str,
    /// What was asked of a path that serves many purposes, such as `get /sys/ha/status`.
    pub call: Option<&'a str>,
    /// Time until the last byte of the reply, or until it failed.
    pub took: Duration,
    /// Status and size in bytes of the reply, or why there is none.
    pub outcome: Result<(u16, usize), &'a Error>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_cannot_be_printed_with_its_secrets() {
        let request = Request::post_json("/login", &"MARKER").header("XSRF-TOKEN", "MARKER");
        assert!(!format!("{request:?}").contains("MARKER"), "{request:?}");
    }
}
