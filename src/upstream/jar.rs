//! The cookies of one session.

use std::sync::Arc;

use arc_swap::ArcSwap;
use reqwest::Url;
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::HeaderValue;

/// A cookie jar that can be emptied, so that no cookie of a dead session rides
/// along to the next sign-in.
#[derive(Default)]
pub(super) struct SessionJar(ArcSwap<Jar>);

impl SessionJar {
    pub(super) fn empty(&self) {
        self.0.store(Arc::new(Jar::default()));
    }

    /// Name and value of every cookie for `url`; one without a value is none.
    pub(super) fn pairs(&self, url: &Url) -> Vec<(String, String)> {
        let cookies = self.cookies(url);
        let cookies = cookies.as_ref().and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
        let pairs = cookies.split("; ").filter_map(|cookie| cookie.split_once('='));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()));
        pairs.filter(|(_, value)| !value.is_empty()).collect()
    }
}

impl CookieStore for SessionJar {
    fn set_cookies(&self, headers: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        self.0.load().set_cookies(headers, &as_https(url));
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        self.0.load().cookies(&as_https(url))
    }
}

/// `Secure` cookies are kept for a plain-HTTP target too: behind a TLS proxy
/// the system still marks them so, and plain HTTP was asked for by name.
fn as_https(url: &Url) -> Url {
    let mut url = url.clone();
    // Both are special schemes, so the change is always allowed.
    let _ = url.set_scheme("https");
    url
}
