//! Who is let in, and over which TLS: `--web.config.file` in the schema that
//! all Prometheus exporters share.
//!
//! ```text
//! config/     the file: exporter-toolkit's YAML → settings that cannot be wrong
//! clients.rs  certificates of clients
//! sans.rs     the names in a certificate; expiry.rs its end; der.rs how either is found
//! users.rs    names and passwords
//! limit.rs    the rate limit
//! admit.rs    what every request goes through: limit, headers, users
//! watch.rs    the file and those that it names, read again when one changes
//! ```

mod admit;
mod clients;
mod config;
mod der;
mod expiry;
mod limit;
mod sans;
mod users;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use axum::http::{HeaderName, HeaderValue};
use rustls::ServerConfig;
use tokio::sync::Mutex;

use self::config::{Settings, Tls};
use self::limit::{Limit, Rate};
use self::users::Users;
use self::watch::Last;
use crate::settings::Error;

pub(super) use self::admit::admit;
pub(super) use self::watch::watch;

/// The web configuration in force.
pub struct Guard {
    path: PathBuf,
    rules: ArcSwap<Rules>,
    last: Mutex<Last>,
    told: Box<Told>,
}

/// Hears how each reading went: when the certificate ends, if there is one, or what is wrong.
type Told = dyn Fn(Result<Option<f64>, String>) + Send + Sync;

impl Guard {
    /// Reads the web configuration and the files that it names.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let (settings, last) = Last::first(path);
        let rules = ArcSwap::from_pointee(Rules::new(settings?, None));
        Ok(Self { path: path.to_owned(), rules, last: Mutex::new(last), told: Box::new(|_| {}) })
    }

    /// The same with somebody who hears how each reading goes, this one included.
    pub fn telling(self, told: impl Fn(Result<Option<f64>, String>) + Send + Sync + 'static) -> Self {
        told(Ok(self.expiry()));
        Self { told: Box::new(told), ..self }
    }

    /// TLS for connections that begin now, if any is spoken.
    pub(super) fn tls(&self) -> Option<Arc<ServerConfig>> {
        self.rules.load().tls.as_ref().map(|tls| Arc::clone(&tls.config))
    }

    /// When the certificate that is served ends.
    fn expiry(&self) -> Option<f64> {
        self.rules.load().tls.as_ref().and_then(|tls| tls.expiry)
    }

    /// Whether connections are encrypted.
    pub fn is_tls(&self) -> bool {
        self.rules.load().tls.is_some()
    }

    /// Puts other settings in force. What protects is not taken away by an
    /// edit: a file cut short at the wrong place would open the door.
    fn replace(&self, settings: Settings) -> Result<(), Error> {
        let before = self.rules.load_full();
        let refused = |what: &str, key: &str| {
            let fix = format!("put `{key}` back, or restart the exporter");
            Err(Error::whole_file(&self.path.display().to_string(), what.to_owned(), &fix))
        };
        match (&before.tls, &settings.tls) {
            (Some(_), None) => return refused("TLS is switched off by a restart only", "tls_server_config"),
            (Some(before), Some(now)) if now.asks_less_than(before) => {
                let what = "less is asked of the certificates of clients by a restart only";
                return refused(what, "client_auth_type");
            }
            _ => {}
        }
        if !before.users.is_empty() && settings.users.is_empty() {
            return refused("passwords are switched off by a restart only", "basic_auth_users");
        }
        self.rules.store(Arc::new(Rules::new(settings, Some(&before))));
        Ok(())
    }
}

/// Settings at work.
struct Rules {
    tls: Option<Tls>,
    headers: Vec<(HeaderName, HeaderValue)>,
    users: Arc<Users>,
    limit: Option<(Rate, Arc<Limit>)>,
}

impl Rules {
    /// Users and limit that stay the same go on where they are.
    fn new(settings: Settings, before: Option<&Self>) -> Self {
        let Settings { tls, headers, users, rate } = settings;
        let users = match before {
            Some(before) if before.users.are(&users) => Arc::clone(&before.users),
            _ => Arc::new(Users::new(users)),
        };
        let limit = rate.map(|rate| match before.and_then(|before| before.limit.as_ref()) {
            Some((same, limit)) if *same == rate => (rate, Arc::clone(limit)),
            _ => (rate, Arc::new(Limit::new(rate, Instant::now()))),
        });
        Self { tls, headers, users, limit }
    }
}

/// What fuzzing reaches of this.
#[cfg(fuzzing)]
pub mod fuzzing {
    use std::path::Path;

    /// Checks a web configuration that lies in `dir`: a summary without what headers say, which is for
    /// everybody, or what is wrong with it.
    pub fn parse(text: &str, origin: &str, dir: &Path) -> Result<String, String> {
        let (settings, _) = super::config::parse(text, origin, dir);
        let settings = settings.map_err(|error| error.to_string())?;
        let headers: Vec<_> = settings.headers.iter().map(|(name, _)| name).collect();
        let super::Settings { tls, users, rate, .. } = &settings;
        Ok(format!("tls: {tls:?}, headers: {headers:?}, users: {users:?}, rate: {rate:?}"))
    }
}
