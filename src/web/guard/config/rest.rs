//! Headers, users and the rate limit.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use secrecy::ExposeSecret as _;

use super::{Checks, Step, raw};
use crate::settings::{period, quoted};
use crate::web::guard::limit::Rate;
use crate::web::guard::users::User;

/// One of the five headers: its key, its name, the values it may have (any, if none is listed).
type Header = (&'static str, HeaderName, &'static [&'static str]);

impl Checks<'_> {
    pub(super) fn headers(&mut self, raw: raw::Headers) -> Vec<(HeaderName, HeaderValue)> {
        let headers: [(Header, Option<String>); 5] = [
            (
                ("Strict-Transport-Security", header::STRICT_TRANSPORT_SECURITY, &[]),
                raw.strict_transport_security,
            ),
            (
                ("X-Content-Type-Options", header::X_CONTENT_TYPE_OPTIONS, &["nosniff"]),
                raw.x_content_type_options,
            ),
            (("X-Frame-Options", header::X_FRAME_OPTIONS, &["deny", "sameorigin"]), raw.x_frame_options),
            (("X-XSS-Protection", header::X_XSS_PROTECTION, &[]), raw.x_xss_protection),
            (("Content-Security-Policy", header::CONTENT_SECURITY_POLICY, &[]), raw.content_security_policy),
        ];
        let given = headers.into_iter().filter_map(|(header, value)| Some((header, value?)));
        given.filter_map(|(header, value)| self.header(&header, &value)).collect()
    }

    fn header(&mut self, (key, name, values): &Header, text: &str) -> Option<(HeaderName, HeaderValue)> {
        let path = [Step::Key("http_server_config"), Step::Key("headers"), Step::Key(key)];
        if !values.is_empty() && !values.contains(&text) {
            let fix = format!("write {}, or remove it", quoted(values.iter().copied()));
            self.problem(&path, "this header cannot have this value", fix);
            return None;
        }
        let Ok(value) = HeaderValue::from_str(text) else {
            let fix = "write it on one line, without control characters";
            self.problem(&path, "this cannot be sent in a header", fix);
            return None;
        };
        (!value.is_empty()).then(|| (name.clone(), value))
    }

    pub(super) fn users(&mut self, raw: raw::Users) -> Vec<User> {
        let mut users = Vec::new();
        for (number, (name, hash)) in raw.0.into_iter().enumerate() {
            match User::new(name, hash.0.expose_secret()) {
                Ok(user) => users.push(user),
                Err(what) => {
                    let fix = "write the hash that `htpasswd -nBC 10 \"\"` prints after the colon, in quotes: `$2y$10$…`";
                    self.problem(&[Step::Key("basic_auth_users"), Step::Entry(number)], what, fix);
                }
            }
        }
        users
    }

    /// No rate where `interval` is missing or 0.
    pub(super) fn rate(&mut self, raw: &raw::RateLimit) -> Option<Rate> {
        let at = |key| [Step::Key("rate_limit"), Step::Key(key)];
        let interval = match raw.interval.as_deref().map(str::trim) {
            None | Some("0" | "0s") => None,
            Some(text) => match period::parse(text, Duration::from_micros(1)) {
                Ok(interval) => Some(interval),
                Err(what) => {
                    let fix = "write the time from one request to the next, such as `1s` or `100ms`; 0 for no limit";
                    self.problem(&at("interval"), what, fix);
                    None
                }
            },
        };
        let burst = raw.burst.as_deref().map_or(Ok(0), |text| text.trim().parse::<u32>());
        if burst.is_err() {
            self.problem(
                &at("burst"),
                "it is not a number of requests",
                "write a whole number, such as `20`",
            );
        }
        let (interval, burst) = (interval?, burst.ok()?);
        if burst == 0 {
            let fix = "add `burst:` with the number of requests that may come at once, at least 1";
            self.problem(&[Step::Key("rate_limit")], "without a burst every request would be refused", fix);
            return None;
        }
        Some(Rate { interval, burst })
    }
}
