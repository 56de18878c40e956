//! The HTTP clients of all targets: one for all whose settings are equal.
//!
//! With one, a connector, a TLS configuration and a set of issuers exist once,
//! and a target costs what it knows itself. Nothing that a target gets from its
//! system is in here: cookies are kept by each target and put on each request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use reqwest::{Proxy, redirect};

use super::error::{Error, root_cause};
use super::reason::Reason;
use super::recorder::Recorder;
use super::tls::TlsContext;
use crate::config::{BaseUrl, Connection, Tls};

/// Fortinet's servers close an idle connection after 5 s; reusing one at that
/// very moment would fail.
const IDLE: Duration = Duration::from_secs(4);

/// Longer than any handshake worth waiting for, shorter than most timeouts.
const CONNECT: Duration = Duration::from_secs(10);

/// Where targets get their HTTP client.
#[derive(Default)]
pub struct Clients {
    tls: TlsContext,
    /// Each for as long as a target uses it.
    known: Mutex<HashMap<Settings, Weak<reqwest::Client>>>,
    /// Who is given what is said, for a capture.
    recorder: Option<Recorder>,
}

/// All that tells one client from another.
#[derive(PartialEq, Eq, Hash)]
struct Settings {
    tls: Tls,
    proxy: Option<BaseUrl>,
    is_plain_http: bool,
}

impl Clients {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// None so far; whatever is said will be handed to `recorder`.
    pub fn recorded_by(recorder: Recorder) -> Self {
        Self { recorder: Some(recorder), ..Self::default() }
    }

    pub(super) fn recorder(&self) -> Option<Recorder> {
        self.recorder.clone()
    }

    /// The client for such connections. Fails only where the machine's trust
    /// store cannot be read.
    pub(super) fn client(&self, connection: &Connection) -> Result<Arc<reqwest::Client>, Error> {
        let settings = Settings {
            tls: connection.tls.clone(),
            proxy: connection.proxy.clone(),
            is_plain_http: connection.url.is_plain_http(),
        };
        // Whole at any time.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = known.get(&settings).and_then(Weak::upgrade) {
            return Ok(client);
        }
        let client = Arc::new(self.build(&settings)?);
        // Those of targets that are gone, now and then.
        if known.len() == known.capacity() {
            known.retain(|_, client| client.strong_count() > 0);
        }
        known.insert(settings, Arc::downgrade(&client));
        Ok(client)
    }

    fn build(&self, settings: &Settings) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.client_config(&settings.tls)?)
            .https_only(!settings.is_plain_http)
            .http1_only()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("fortinet-exporter/", env!("CARGO_PKG_VERSION")))
            .no_proxy();
        if let Some(proxy) = &settings.proxy {
            let proxy = Proxy::all(proxy.to_string()).map_err(|error| unusable(&error))?;
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|error| unusable(&error))
    }
}

fn unusable(error: &reqwest::Error) -> Error {
    Error::new(Reason::Tls, format!("the HTTP client cannot be built: {}", root_cause(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn connection(settings: &str) -> Connection {
        let text = format!("fortimanagers: [{{ name: a, username: x, password: y, {settings} }}]");
        let config = Config::parse(&text, "test.yml").unwrap();
        config.entries().next().unwrap().common().connection.clone()
    }

    #[test]
    fn equal_settings_share_a_client_and_others_do_not() {
        let clients = Clients::new();
        let client = |settings: &str| clients.client(&connection(settings)).unwrap();
        let pin = |digit: &str| format!("tls: {{ pin_sha256: '{}' }}", digit.repeat(64));
        let first = client(&format!("url: 'https://a', {}", pin("a")));
        assert!(Arc::ptr_eq(&first, &client(&format!("url: 'https://b:8443/fmg', {}", pin("A")))));
        let plain = client("url: 'http://a', allow_plain_http: true");
        for settings in [
            format!("url: 'https://a', {}", pin("b")),
            format!("url: 'https://a', proxy_url: 'http://proxy', {}", pin("a")),
            "url: 'https://a', tls: { insecure_skip_verify: true }".to_owned(),
            "url: 'https://a', tls: { insecure_skip_verify: true, min_version: TLS13 }".to_owned(),
        ] {
            let other = client(&settings);
            assert!(!Arc::ptr_eq(&first, &other) && !Arc::ptr_eq(&plain, &other), "{settings}");
        }
        // What nobody uses any more is not kept.
        let gone = Arc::downgrade(&first);
        drop(first);
        assert!(gone.upgrade().is_none());
    }
}
