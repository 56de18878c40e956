//! The address of a system: scheme, host, port, perhaps a path prefix.

use std::fmt;

use reqwest::Url;

/// A checked base address; requests append absolute paths to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Parses `text`; the error is a sentence without the text's credentials.
    pub(super) fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, UrlProblem> {
        let text = text.trim();
        let mut url = Url::parse(text).map_err(|error| {
            if text.contains("://") {
                UrlProblem::Unreadable(error.to_string())
            } else {
                UrlProblem::NoScheme
            }
        })?;
        match (url.scheme(), plain_http) {
            ("https", _) | ("http", PlainHttp::Allowed) => {}
            ("http", PlainHttp::Refused) => return Err(UrlProblem::PlainHttp),
            _ => return Err(UrlProblem::NoScheme),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(UrlProblem::Unreadable("it names no host".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlProblem::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UrlProblem::Tail);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address of `path_and_query`, which starts with a slash.
    pub fn join(&self, path_and_query: &str) -> Result<Url, String> {
        let base = self.0.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path_and_query}")).map_err(|error| error.to_string())
    }

    /// Scheme, host and port: what `Referer` must show.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The host as written in the URL.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host(), self.0.port_or_known_default().unwrap_or_default())
    }

    /// Whether requests travel unencrypted.
    pub fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Whether `http://` was asked for in so many words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainHttp {
    Allowed,
    Refused,
}

impl PlainHttp {
    /// By what `allow_plain_http` says.
    pub(super) fn of(allowed: Option<bool>) -> Self {
        if allowed == Some(true) { Self::Allowed } else { Self::Refused }
    }
}

/// What is wrong with an address, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UrlProblem {
    NoScheme,
    PlainHttp,
    Credentials,
    Tail,
    Unreadable(String),
}

impl UrlProblem {
    pub(super) fn words(&self, plain_http: PlainHttp) -> (String, &'static str) {
        let (what, fix) = match self {
            Self::NoScheme if plain_http == PlainHttp::Allowed => (
                "it does not start with http:// or https://",
                "write it as http://HOST:PORT or https://HOST:PORT",
            ),
            Self::NoScheme => {
                ("it does not start with https://", "write it as https://HOST or https://HOST:PORT")
            }
            Self::PlainHttp => (
                "http:// would send the password unencrypted",
                "use https://, or set `allow_plain_http: true` beside it if that is what you want",
            ),
            Self::Credentials => (
                "it contains a user name or password, which would end up in logs",
                "write the URL without them",
            ),
            Self::Tail => ("it has a `?` or `#` part", "give only https://HOST[:PORT][/PREFIX]"),
            Self::Unreadable(why) => (why.as_str(), "write it as https://HOST or https://HOST:PORT"),
        };
        (what.to_owned(), fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BaseUrl, UrlProblem> {
        BaseUrl::parse(text, PlainHttp::Refused)
    }

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        for text in ["https://fmg.example.com", "https://fmg.example.com/", " https://fmg.example.com// "] {
            let url = parse(text).unwrap().join("/p/logout-api/").unwrap();
            assert_eq!(url.as_str(), "https://fmg.example.com/p/logout-api/", "{text}");
        }
    }

    #[test]
    fn a_path_prefix_is_kept() {
        let base = parse("https://gw.example.com:8443/fmg/").unwrap();
        assert_eq!(base.join("/a?b=c").unwrap().as_str(), "https://gw.example.com:8443/fmg/a?b=c");
        assert_eq!(base.origin(), "https://gw.example.com:8443");
    }

    #[test]
    fn what_must_not_be_in_it_is_named() {
        assert_eq!(parse("fmg.example.com"), Err(UrlProblem::NoScheme));
        assert_eq!(parse("http://fmg"), Err(UrlProblem::PlainHttp));
        assert_eq!(parse("https://u:p@fmg"), Err(UrlProblem::Credentials));
        assert_eq!(parse("https://fmg/?token=x"), Err(UrlProblem::Tail));
        assert!(matches!(parse("https://"), Err(UrlProblem::Unreadable(_))));
    }
}
