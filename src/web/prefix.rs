//! Everything below a path of its own, as Prometheus and its exporters have it
//! for reverse proxies.

use std::fmt;
use std::str::FromStr;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;

/// What every path begins with: `/`, or `/path/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// A path as the routes have it, below this prefix.
    pub fn path(&self, path: &str) -> String {
        format!("{self}{}", path.trim_start_matches('/'))
    }

    /// These routes below the prefix. Who comes to `/` is sent there.
    pub(super) fn below(&self, routes: Router) -> Router {
        if self.0 == "/" {
            return routes;
        }
        let there = self.0.clone();
        let redirect = get(async move || (StatusCode::FOUND, [(header::LOCATION, there)]));
        // Without its last slash the relative links of a page would lead elsewhere.
        let bare = self.0.trim_end_matches('/');
        Router::new().route("/", redirect.clone()).route(bare, redirect).nest(&self.0, routes)
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.trim_matches('/');
        // Some characters mean something to the router, and others to whoever reads an address.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
        if path.is_empty() {
            return Ok(Self::default());
        }
        if !path.chars().all(is_plain) || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err("write a path such as /fortinet".to_owned());
        }
        Ok(Self(format!("/{path}/")))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_with_slashes_or_without() {
        for (text, prefix) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("fortinet", "/fortinet/"),
            ("/fortinet", "/fortinet/"),
            ("/a/b-c_d.e/", "/a/b-c_d.e/"),
        ] {
            assert_eq!(text.parse::<Prefix>().unwrap().to_string(), prefix);
        }
        for text in ["/{a}", "/a b", "/a?b", "/a#b", "/a//b", "/../a", "/%41", "https://host/a"] {
            assert!(text.parse::<Prefix>().is_err(), "{text}");
        }
        let paths = ["/", "/a"].map(|prefix| prefix.parse::<Prefix>().unwrap().path("/metrics"));
        assert_eq!(paths, ["/metrics", "/a/metrics"]);
    }
}
