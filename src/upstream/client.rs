//! The HTTPS client of one target.
//!
//! HTTP/1.1, no redirects, a connection kept idle for less than the five
//! seconds after which FortiManager closes it, the environment's proxy
//! variables ignored (`clients.rs`), every reply capped, every step under a
//! deadline.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::{Response, Url};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;

use super::clients::Clients;
use super::deadline::Deadline;
use super::error::{Error, quoted, root_cause};
use super::exchange::{Exchange, Reply, Request};
use super::jar::SessionJar;
use super::reason::Reason;
use super::recorder::{Asked, Recorder};
use super::tls::CertificateRefused;
use crate::config::{BaseUrl, Connection};

/// Is told of every exchange: a log line in the daemon, a printed step in `probe`.
pub type Observer = Arc<dyn Fn(&Exchange<'_>) + Send + Sync>;

/// The HTTPS client of one target, with the cookies of its session.
#[derive(Clone)]
pub struct Client {
    /// Shared with others; the cookies are not.
    http: Arc<reqwest::Client>,
    base: BaseUrl,
    jar: Arc<SessionJar>,
    observer: Observer,
    recorder: Option<Recorder>,
    /// What to do where nobody answers at the address.
    unreachable: &'static str,
}

impl Client {
    /// The client of a target without a session; fails only where the
    /// machine's trust store cannot be read.
    pub fn new(connection: &Connection, clients: &Clients, observer: Observer) -> Result<Self, Error> {
        let http = clients.client(connection)?;
        let (base, recorder) = (connection.url.clone(), clients.recorder());
        let unreachable = Reason::Connect.hint();
        Ok(Self { http, base, jar: Arc::default(), observer, recorder, unreachable })
    }

    /// The same for a system with more to check where it cannot be connected to.
    pub fn with_unreachable_hint(self, hint: &'static str) -> Self {
        Self { unreachable: hint, ..self }
    }

    /// The same with cookies of its own: for another session at the same system.
    pub fn with_own_cookies(&self) -> Self {
        Self { jar: Arc::default(), ..self.clone() }
    }

    /// Scheme, host and port: what `Referer` must show.
    pub fn origin(&self) -> String {
        self.base.origin()
    }

    /// The value of the first cookie whose name ends with `suffix`, without
    /// quotes around it: FortiManager images may prefix all cookie names.
    pub fn cookie(&self, suffix: &str) -> Option<String> {
        self.cookies().into_iter().find_map(|(name, value)| name.ends_with(suffix).then_some(value))
    }

    /// Name and value of every cookie that has one.
    pub fn cookies(&self) -> Vec<(String, String)> {
        self.base.join("/").map_or_else(|_| Vec::new(), |url| self.jar.pairs(&url))
    }

    /// Forgets all cookies.
    pub fn forget_cookies(&self) {
        self.jar.empty();
    }

    /// Sends one request and reads the whole reply before `deadline`.
    pub async fn send(&self, request: Request, deadline: Deadline) -> Result<Reply, Error> {
        let started = Instant::now();
        let method = request.method.clone();
        let (path, call) = (request.path.clone(), request.call.clone());
        let asked = self.recorder.as_ref().map(|_| Asked::of(&request, !self.cookies().is_empty()));
        let result = self.exchange(request, deadline).await;
        (self.observer)(&Exchange {
            method: method.as_str(),
            path: &path,
            call: call.as_deref(),
            took: started.elapsed(),
            outcome: result.as_ref().map(|reply| (reply.status, reply.body.len())),
        });
        if let (Some(recorder), Some(asked)) = (&self.recorder, asked) {
            asked.hand_over(recorder, result.as_ref());
        }
        result
    }

    async fn exchange(&self, request: Request, deadline: Deadline) -> Result<Reply, Error> {
        let what = format!("{} {}", request.method, path_only(&request.path));
        let url: Url = self.base.join(&request.path).map_err(|error| {
            Error::new(Reason::UnexpectedPayload, format!("{what} is not an address: {error}"))
        })?;
        let cookies = self.jar.cookies(&url);
        let mut builder = self.http.request(request.method, url.clone()).timeout(deadline.remaining());
        if let Some(mut cookies) = cookies {
            cookies.set_sensitive(true);
            builder = builder.header(COOKIE, cookies);
        }
        for (name, value) in request.headers {
            let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| {
                Error::new(Reason::UnexpectedPayload, format!("{name} cannot be sent as a header"))
            })?;
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body.expose_secret().to_owned());
        }
        let response = builder.send().await.map_err(|error| self.failed(&what, error))?;
        self.jar.take(response.headers().get_all(SET_COOKIE).iter(), &url);
        let cookies = match &self.recorder {
            Some(_) => names(response.headers()),
            None => Vec::new(),
        };
        let status = response.status().as_u16();
        let content_type = text(response.headers(), &CONTENT_TYPE).unwrap_or_default();
        let location = text(response.headers(), &LOCATION).and_then(|to| whereto(&self.base, &to));
        let retry_after = text(response.headers(), &RETRY_AFTER).and_then(|value| pause(&value));
        let mut body = request.buffer;
        body.clear();
        if !request.head_only {
            match self.body(response, &what, request.body_limit, &mut body).await {
                // What the status says of the session counts, whatever became of the page behind it.
                Err(_) if matches!(status, 300..500) => body.clear(),
                read => read?,
            }
        }
        Ok(Reply { status, content_type, location, retry_after, body, cookies, what })
    }

    async fn body(
        &self,
        mut response: Response,
        what: &str,
        limit: usize,
        body: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let too_large =
            || Error::new(Reason::TooLarge, format!("{what} answered with more than {limit} bytes"));
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        body.reserve_exact(announced.unwrap_or_default());
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(what, error))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    }

    /// Finds the reason behind reqwest's error. Its own text is not used: it
    /// has the URL in it and hides the cause.
    fn failed(&self, what: &str, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let host = self.base.host();
        if let Some(refused) = cause::<CertificateRefused>(&error) {
            return refused.to_error(host).before_sending();
        }
        // Firewalls and trusted hosts drop what they do not want.
        if error.is_timeout() && error.is_connect() {
            let message = format!("cannot connect to {}: no answer in time", self.base.authority());
            let error = Error::new(Reason::Timeout, message).with_hint(self.unreachable);
            return error.before_sending();
        }
        if error.is_timeout() {
            let message = format!("{what}: {host} did not answer in time");
            return Error::new(Reason::Timeout, message);
        }
        if let Some(tls) = cause::<rustls::Error>(&error) {
            let message = format!("TLS with {host} failed: {tls}");
            return Error::new(Reason::Tls, message).before_sending();
        }
        let root = root_cause(&error);
        if error.is_dns() {
            let message = format!("the name {host} cannot be resolved: {root}");
            return Error::new(Reason::Dns, message).before_sending();
        }
        if error.is_connect() {
            let authority = self.base.authority();
            let message = format!("cannot connect to {authority}: {root}");
            let error = Error::new(Reason::Connect, message).with_hint(self.unreachable);
            return error.before_sending();
        }
        if error.is_decode() && cause::<std::io::Error>(&error).is_none_or(is_corrupt) {
            return Error::new(Reason::NotJson, format!("{what}: the reply cannot be decompressed: {root}"));
        }
        Error::new(Reason::Connect, format!("{what}: the connection to {host} broke: {root}"))
    }
}

fn is_corrupt(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput)
}

fn path_only(path: &str) -> &str {
    path.split(['?', '#', ';']).next().unwrap_or(path)
}

/// Where a redirect leads, in as few words as help: its host if it is another
/// one, and the beginning of the path. The rest may hold a session.
fn whereto(base: &BaseUrl, location: &str) -> Option<String> {
    let url = base.join("/").ok()?.join(location).ok()?;
    let host = url.host_str().filter(|host| *host != base.host()).unwrap_or_default();
    let first = url.path_segments().and_then(|mut path| path.next().map(str::to_owned));
    let first = first.filter(|first| first.len() <= 16).unwrap_or_else(|| "…".to_owned());
    Some(quoted(&format!("{host}/{first}")))
}

/// Of the cookies that are set.
fn names(headers: &HeaderMap) -> Vec<String> {
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    cookies.filter_map(|cookie| cookie.split_once('=')).map(|(name, _)| name.trim().to_owned()).collect()
}

fn text(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// `Retry-After`: seconds, or a date in the form of RFC 2822.
fn pause(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    until.duration_since(jiff::Timestamp::now()).try_into().ok()
}

/// Looks for an error of type `T` behind `error`, inside `io::Error` too.
fn cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(rustls::Error::Other(other)) = error.downcast_ref::<rustls::Error>()
            && let Some(found) = cause::<T>(&*other.0)
        {
            return Some(found);
        }
        // io::Error::source() skips the error it wraps.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
