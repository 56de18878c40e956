//! What every target has: a name, an address, its timing.

use std::time::Duration;

use super::super::url::{BaseUrl, PlainHttp, UrlProblem};
use super::super::{Common, Connection, raw};
use super::{Checks, Step, below};
use crate::settings::{key, period};

const DEFAULT_INTERVAL: Duration = Duration::from_secs(5 * 60);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Numbers stay for three intervals of failed polls, but at least this long.
const LEAST_STALE_AFTER: Duration = Duration::from_secs(15 * 60);
/// No system answers more often than this without suffering.
const SHORTEST: Duration = Duration::from_secs(1);

/// Checked timing, of `defaults` or of one target.
pub(super) struct Timing {
    interval: Duration,
    timeout: Duration,
    stale_after: Option<Duration>,
}

impl Checks {
    pub(super) fn common(
        &mut self,
        path: &[Step],
        raw: raw::Common,
        defaults: &Timing,
        default_url: Option<&str>,
    ) -> Option<Common> {
        let name = self.name(path, raw.name);
        let timing = self.timing(path, &raw.timing, Some(defaults));
        let plain_http = PlainHttp::of(raw.allow_plain_http);
        let url = raw.url.or_else(|| default_url.map(str::to_owned));
        let url = self
            .required(path, "url", url, "the address, `https://HOST`")
            .and_then(|url| self.url(&below(path, "url"), &url, plain_http));
        // A proxy is spoken to in plain HTTP as a rule; TLS to the target runs through it.
        let proxy =
            raw.proxy_url.map(|proxy| self.url(&below(path, "proxy_url"), &proxy, PlainHttp::Allowed));
        if raw.tls.is_some() && url.as_ref().is_some_and(BaseUrl::is_plain_http) {
            let fix = "use https://, or remove `tls`";
            self.problem(&below(path, "tls"), "it has no effect on an http:// target", fix);
        }
        let tls = self.tls(&below(path, "tls"), raw.tls.unwrap_or_default());
        let stale_after =
            timing.stale_after.unwrap_or_else(|| LEAST_STALE_AFTER.max(timing.interval.saturating_mul(3)));
        if stale_after < timing.interval {
            let at = below(path, "stale_after");
            let what = "it is shorter than `interval`: the numbers would vanish between polls";
            let fix = "make it at least two intervals, or leave it out";
            match raw.timing.interval {
                Some(_) => self.problem(&at, what, fix),
                None => self.absence(&at, what, fix),
            }
        }
        let proxy = match proxy {
            Some(proxy) => Some(proxy?),
            None => None,
        };
        Some(Common {
            name: name?,
            connection: Connection { url: url?, tls: tls?, proxy },
            interval: timing.interval,
            timeout: timing.timeout,
            stale_after,
        })
    }

    fn name(&mut self, path: &[Step], name: Option<String>) -> Option<String> {
        let name = self.required(path, "name", name, "the name that becomes the label `target`")?;
        let at = below(path, "name");
        if name.len() > 128 || name.chars().any(char::is_control) {
            self.problem(&at, "a name has at most 128 bytes and no control characters", "shorten it");
            return None;
        }
        if let Some(first) = self.names.get(&name) {
            let what = format!("`{}` has the same name", key(first));
            self.problem(&at, what, "give every target a name of its own: it tells their series apart");
            return None;
        }
        self.names.insert(name.clone(), path.to_vec());
        Some(name)
    }

    pub(super) fn url(&mut self, path: &[Step], text: &str, plain_http: PlainHttp) -> Option<BaseUrl> {
        BaseUrl::parse(text, plain_http)
            .map_err(|problem| {
                let (what, fix) = problem.words(plain_http);
                match problem {
                    UrlProblem::PlainHttp => self.absence(path, what, fix),
                    _ => self.problem(path, what, fix),
                }
            })
            .ok()
    }

    pub(super) fn timing(&mut self, path: &[Step], raw: &raw::Timing, defaults: Option<&Timing>) -> Timing {
        let interval = self.period(path, "interval", raw.interval.as_deref());
        let timeout = self.period(path, "timeout", raw.timeout.as_deref());
        let stale_after = self.period(path, "stale_after", raw.stale_after.as_deref());
        Timing {
            interval: interval.or(defaults.map(|d| d.interval)).unwrap_or(DEFAULT_INTERVAL),
            timeout: timeout.or(defaults.map(|d| d.timeout)).unwrap_or(DEFAULT_TIMEOUT),
            stale_after: stale_after.or(defaults.and_then(|d| d.stale_after)),
        }
    }

    fn period(&mut self, path: &[Step], key: &'static str, text: Option<&str>) -> Option<Duration> {
        period::parse(text?, SHORTEST)
            .map_err(|what| {
                let fix = "write numbers with units, at least one second: `30s`, `5m`, `1h 30m`";
                self.problem(&below(path, key), what, fix);
            })
            .ok()
    }
}
