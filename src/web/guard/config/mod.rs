//! `--web.config.file`: exporter-toolkit's YAML in, [`Rules`] out that cannot
//! hold a wrong value.
//!
//! ```text
//! raw.rs      the shape of the file as serde sees it, nothing checked
//! tls.rs      `tls_server_config`: certificate, versions, cipher suites, curves
//! clients.rs  its keys about client certificates
//! pem.rs      certificates and keys, in the file itself or in one that it names
//! rest.rs     headers, users, the rate limit
//! ```

mod clients;
mod pem;
mod raw;
mod rest;
mod tls;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use rustls::ServerConfig;

use super::clients::Clients;
use super::limit::Rate;
use super::users::User;
use crate::settings::{Error, Problem, Step, file, yaml};

/// What the file says, checked.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// `None` for plain HTTP.
    pub(super) tls: Option<Tls>,
    /// Added to every answer that does not have them.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Whoever may come in; everybody if there is none.
    pub(super) users: Vec<User>,
    /// How many requests are answered.
    pub(super) rate: Option<Rate>,
}

/// TLS at work.
#[derive(Debug)]
pub(super) struct Tls {
    /// As it is spoken, with HTTP/2 or without.
    pub(super) config: Arc<ServerConfig>,
    /// Who checks the certificates of clients, if anybody asks for one.
    clients: Option<Arc<Clients>>,
    /// When its certificate ends, or the first of those beside it.
    pub(super) expiry: Option<f64>,
}

impl Tls {
    /// Whether a client may come in that was kept out `before`, for want of a certificate that is good enough.
    pub(super) fn asks_less_than(&self, before: &Self) -> bool {
        let demands = |tls: &Self| tls.clients.as_ref().map_or([false; 3], |clients| clients.demands());
        demands(before).iter().zip(demands(self)).any(|(before, now)| *before && !now)
    }
}

/// Reads and checks the file at `path`. The files that it names are looked for
/// beside it and returned even if it is refused: to see when that changes.
pub(super) fn load(path: &Path) -> (Result<Settings, Error>, Vec<PathBuf>) {
    let origin = path.display().to_string();
    // What came through a pipe is not there when the file is read again: its second reading would be an empty
    // file, which protects nothing, and that of a named one would wait for a writer.
    let regular = file::regular(path).map_err(|error| Error::unreadable(&origin, raw::FORM.flag, &error));
    let text = match regular.and_then(|_| yaml::read(path, &raw::FORM)) {
        Ok(text) => text,
        Err(error) => return (Err(error), Vec::new()),
    };
    parse(&text, &origin, path.parent().unwrap_or(Path::new("")))
}

/// Checks `text`; `origin` is what messages call it, `dir` where the files are that it names.
pub(super) fn parse(text: &str, origin: &str, dir: &Path) -> (Result<Settings, Error>, Vec<PathBuf>) {
    let mut files = Vec::new();
    let result = yaml::parse(text, origin, &raw::FORM, |raw: raw::File| {
        let mut checks = Checks { dir, files: Vec::new(), problems: Vec::new() };
        let http = raw.http_server_config.unwrap_or_default();
        let settings = Settings {
            tls: checks.tls(raw.tls_server_config.unwrap_or_default(), http.http2.unwrap_or(true)),
            headers: checks.headers(http.headers.unwrap_or_default()),
            users: checks.users(raw.basic_auth_users.unwrap_or_default()),
            rate: checks.rate(&raw.rate_limit.unwrap_or_default()),
        };
        files = checks.files;
        if checks.problems.is_empty() { Ok(settings) } else { Err(checks.problems) }
    });
    (result, files)
}

/// The problems found so far. A check that returns `None` for something that
/// is there has added one.
struct Checks<'a> {
    dir: &'a Path,
    files: Vec<PathBuf>,
    problems: Vec<Problem>,
}

impl Checks<'_> {
    fn problem(&mut self, path: &[Step], what: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem { path: path.to_vec(), what: what.into(), fix: fix.into() });
    }
}
