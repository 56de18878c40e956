//! The cookies of one session.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use reqwest::Url;
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::HeaderValue;

/// More than any session takes; servers refuse requests whose headers outgrow
/// their buffer, and then for ever.
const ROOM: usize = 6 * 1024;

/// The size of each cookie, by name and path.
type Sizes = BTreeMap<(Vec<u8>, Vec<u8>), usize>;

/// A cookie jar that can be emptied, so that no cookie of a dead session rides
/// along to the next sign-in, and that does not grow without end.
#[derive(Default)]
pub(super) struct SessionJar {
    jar: ArcSwap<Jar>,
    sizes: Mutex<Sizes>,
}

impl SessionJar {
    /// Takes in the cookies of an answer from `url`.
    pub(super) fn take<'a>(&self, headers: impl Iterator<Item = &'a HeaderValue>, url: &Url) {
        self.jar.load().set_cookies(&mut headers.filter(|header| self.admits(header)), &as_https(url));
    }

    /// The cookies for a request to `url`.
    pub(super) fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        self.jar.load().cookies(&as_https(url))
    }

    pub(super) fn empty(&self) {
        self.sizes().clear();
        self.jar.store(Arc::new(Jar::default()));
    }

    /// Whether there is room for a cookie; one that is known replaces itself.
    fn admits(&self, header: &HeaderValue) -> bool {
        let mut parts = header.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let pair = parts.next().unwrap_or_default();
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        let path = parts.find(|part| part.get(..5).is_some_and(|key| key.eq_ignore_ascii_case(b"path=")));
        let key = (name.to_owned(), path.unwrap_or_default().to_owned());
        let mut sizes = self.sizes();
        let others: usize = sizes.iter().filter(|(other, _)| **other != key).map(|(_, size)| size).sum();
        let size = pair.len() + key.1.len();
        let admits = others + size <= ROOM;
        if admits {
            sizes.insert(key, size);
        }
        admits
    }

    fn sizes(&self) -> MutexGuard<'_, Sizes> {
        // Whole after every step.
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner)
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

/// `Secure` cookies are kept for a plain-HTTP target too: behind a TLS proxy
/// the system still marks them so, and plain HTTP was asked for by name.
fn as_https(url: &Url) -> Url {
    let mut url = url.clone();
    // Both are special schemes, so the change is always allowed.
    let _ = url.set_scheme("https");
    url
}
