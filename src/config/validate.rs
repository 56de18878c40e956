//! Raw file → [`Config`], collecting every problem instead of the first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::error::Problem;
use super::locate::Step;
use super::url::{BaseUrl, PlainHttp};
use super::{Choice, Cloud, Common, Config, Connection, Ems, Fleet, FortiManager, raw};
use super::{MinVersion, Secret, Tls, Trust, period};

const DEFAULT_INTERVAL: Duration = Duration::from_secs(5 * 60);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Numbers stay for three intervals of failed polls, but at least this long.
const LEAST_STALE_AFTER: Duration = Duration::from_secs(15 * 60);
const CLOUD_URL: &str = "https://forticlient.forticloud.com";

pub(super) fn validate(file: raw::File) -> Result<Config, Vec<Problem>> {
    let mut checks = Checks { problems: Vec::new(), names: BTreeMap::new() };
    let defaults = checks.timing(&[Step::Key("defaults")], &file.defaults.unwrap_or_default(), None);
    let config = Config {
        fortimanagers: each(file.fortimanagers, "fortimanagers", |path, target| {
            checks.fortimanager(path, target, &defaults)
        }),
        forticlient_ems: each(file.forticlient_ems, "forticlient_ems", |path, target| {
            checks.ems(path, target, &defaults)
        }),
        forticlient_cloud: each(file.forticlient_cloud, "forticlient_cloud", |path, target| {
            checks.cloud(path, target, &defaults)
        }),
    };
    if config.targets() == 0 && checks.problems.is_empty() {
        checks.problem(
            &[],
            "no target is configured",
            "name at least one under `fortimanagers:`, `forticlient_ems:` or `forticlient_cloud:`",
        );
    }
    if checks.problems.is_empty() { Ok(config) } else { Err(checks.problems) }
}

/// Checks each entry of a list; entries with problems leave `None` and are
/// dropped, since the whole file is refused then.
fn each<R, T>(
    entries: Option<Vec<R>>,
    list: &'static str,
    mut check: impl FnMut(&[Step], R) -> Option<T>,
) -> Vec<T> {
    let entries = entries.unwrap_or_default().into_iter().enumerate();
    entries.filter_map(|(number, entry)| check(&[Step::Key(list), Step::Item(number)], entry)).collect()
}

struct Timing {
    interval: Duration,
    timeout: Duration,
    stale_after: Option<Duration>,
}

struct Checks {
    problems: Vec<Problem>,
    /// Names seen so far and the list each stands in.
    names: BTreeMap<String, String>,
}

impl Checks {
    fn problem(&mut self, path: &[Step], what: impl Into<String>, fix: impl Into<String>) {
        self.problems.push(Problem { path: path.to_vec(), what: what.into(), fix: fix.into() });
    }

    fn fortimanager(
        &mut self,
        path: &[Step],
        mut raw: raw::FortiManager,
        defaults: &Timing,
    ) -> Option<FortiManager> {
        let common = self.common(path, raw.take_common(), defaults, None);
        let token_only = raw.username.is_none()
            && (raw.api_token.is_some() || raw.api_token_file.is_some() || raw.api_token_env.is_some());
        if token_only {
            self.problem(
                path,
                "an API token cannot read the licence page: FortiManager's GUI pages accept user names only",
                "give `username` and `password_file` of a local read-only administrator",
            );
            return None;
        }
        let username = self.required(path, "username", raw.username, "a local read-only administrator");
        let sources = [raw.password_file, raw.password_env];
        let password =
            self.secret(path, ["password", "password_file", "password_env"], raw.password, sources);
        let collectors = self.choices(path, "collectors", raw.collectors, true);
        Some(FortiManager {
            common: common?,
            username: username?,
            password: password?,
            collectors,
            account_info: raw.account_info.unwrap_or(false),
        })
    }

    fn ems(&mut self, path: &[Step], mut raw: raw::Ems, defaults: &Timing) -> Option<Ems> {
        let common = self.common(path, raw.take_common(), defaults, None);
        let username = self.required(path, "username", raw.username, "an EMS administrator, or domain\\user");
        let sources = [raw.password_file, raw.password_env];
        let password =
            self.secret(path, ["password", "password_file", "password_env"], raw.password, sources);
        if raw.site.as_deref().is_some_and(|site| !is_plain_name(site, "_.-")) {
            self.problem(
                &below(path, "site"),
                "a site name has only letters, digits, `_`, `.` and `-`",
                "write the site as EMS lists it, for example `Default`",
            );
        }
        let fleet = self.fleet(path, raw.collectors, raw.endpoints_by);
        Some(Ems { common: common?, site: raw.site, username: username?, password: password?, fleet })
    }

    fn cloud(&mut self, path: &[Step], mut raw: raw::Cloud, defaults: &Timing) -> Option<Cloud> {
        let common = self.common(path, raw.take_common(), defaults, Some(CLOUD_URL));
        let email =
            self.required(path, "account_email", raw.account_email, "the account that made the access key");
        let sources = [raw.access_key_file, raw.access_key_env];
        let keys = ["access_key", "access_key_file", "access_key_env"];
        let access_key = self.secret(path, keys, raw.access_key, sources);
        let fleet = self.fleet(path, raw.collectors, raw.endpoints_by);
        Some(Cloud { common: common?, account_email: email?, access_key: access_key?, fleet })
    }

    fn fleet(&mut self, path: &[Step], collectors: Option<Vec<String>>, by: Option<Vec<String>>) -> Fleet {
        Fleet {
            collectors: self.choices(path, "collectors", collectors, true),
            endpoints_by: self.choices(path, "endpoints_by", by, false),
        }
    }

    fn common(
        &mut self,
        path: &[Step],
        raw: raw::Common,
        defaults: &Timing,
        default_url: Option<&str>,
    ) -> Option<Common> {
        let name = self.name(path, raw.name);
        let timing = self.timing(path, &raw.timing, Some(defaults));
        let plain_http =
            if raw.allow_plain_http == Some(true) { PlainHttp::Allowed } else { PlainHttp::Refused };
        let url = raw.url.or_else(|| default_url.map(str::to_owned));
        let url = self
            .required(path, "url", url, "https://HOST")
            .and_then(|url| self.url(&below(path, "url"), &url, plain_http));
        // A proxy is spoken to in plain HTTP as a rule; TLS to the target runs through it.
        let proxy = match raw.proxy_url {
            Some(proxy) => Some(self.url(&below(path, "proxy_url"), &proxy, PlainHttp::Allowed)?),
            None => None,
        };
        let tls = self.tls(&below(path, "tls"), raw.tls.unwrap_or_default());
        let stale_after =
            timing.stale_after.unwrap_or_else(|| LEAST_STALE_AFTER.max(timing.interval.saturating_mul(3)));
        if stale_after < timing.interval {
            self.problem(
                &below(path, "stale_after"),
                "it is shorter than `interval`: the numbers would vanish between polls",
                "make it at least two intervals, or leave it out",
            );
        }
        Some(Common {
            name: name?,
            connection: Connection { url: url?, tls: tls?, proxy },
            interval: timing.interval,
            timeout: timing.timeout,
            stale_after,
        })
    }

    fn name(&mut self, path: &[Step], name: Option<String>) -> Option<String> {
        let name = self.required(path, "name", name, "it becomes the label `target`")?;
        let at = below(path, "name");
        if name.len() > 128 || name.chars().any(char::is_control) {
            self.problem(&at, "a name has at most 128 characters and no control characters", "shorten it");
            return None;
        }
        let list = match path {
            [Step::Key(list), ..] => (*list).to_owned(),
            _ => String::new(),
        };
        if let Some(first) = self.names.get(&name) {
            let what = format!("the name `{name}` is already taken by a target in `{first}`");
            self.problem(&at, what, "give every target a name of its own: it tells their series apart");
            return None;
        }
        self.names.insert(name.clone(), list);
        Some(name)
    }

    fn url(&mut self, path: &[Step], text: &str, plain_http: PlainHttp) -> Option<BaseUrl> {
        BaseUrl::parse(text, plain_http)
            .map_err(|problem| {
                let (what, fix) = problem.words();
                self.problem(path, what, fix);
            })
            .ok()
    }

    fn timing(&mut self, path: &[Step], raw: &raw::Timing, defaults: Option<&Timing>) -> Timing {
        let second = Duration::from_secs(1);
        let interval = self.period(path, "interval", raw.interval.as_deref(), second);
        let timeout = self.period(path, "timeout", raw.timeout.as_deref(), second);
        let stale_after = self.period(path, "stale_after", raw.stale_after.as_deref(), second);
        Timing {
            interval: interval.or(defaults.map(|d| d.interval)).unwrap_or(DEFAULT_INTERVAL),
            timeout: timeout.or(defaults.map(|d| d.timeout)).unwrap_or(DEFAULT_TIMEOUT),
            stale_after: stale_after.or(defaults.and_then(|d| d.stale_after)),
        }
    }

    fn period(
        &mut self,
        path: &[Step],
        key: &'static str,
        text: Option<&str>,
        least: Duration,
    ) -> Option<Duration> {
        period::parse(text?, least)
            .map_err(|what| {
                let fix = "write a number and a unit, at least one second: `30s`, `5m`, `1h 30m`";
                self.problem(&below(path, key), what, fix);
            })
            .ok()
    }

    fn required(
        &mut self,
        path: &[Step],
        key: &'static str,
        value: Option<String>,
        what: &str,
    ) -> Option<String> {
        match value {
            Some(value) if !value.trim().is_empty() => Some(value),
            Some(_) => {
                self.problem(&below(path, key), "it is empty", format!("give {what}"));
                None
            }
            None => {
                self.problem(path, format!("`{key}` is missing"), format!("add `{key}:`, {what}"));
                None
            }
        }
    }

    /// Exactly one of `X`, `X_file` and `X_env`; a file must be readable now,
    /// so that a typing error shows at start and not at night.
    fn secret(
        &mut self,
        path: &[Step],
        keys: [&'static str; 3],
        inline: Option<raw::Hidden>,
        [file, env]: [Option<String>; 2],
    ) -> Option<Secret> {
        let [inline_key, file_key, env_key] = keys;
        let given: Vec<(&'static str, Secret)> = [
            inline.map(|secret| (inline_key, Secret::Inline(secret.0))),
            file.map(|file| (file_key, Secret::File(PathBuf::from(file)))),
            env.map(|name| (env_key, Secret::Env(name))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let one = format!("give exactly one of `{inline_key}`, `{file_key}` and `{env_key}`");
        let mut given = given.into_iter();
        match (given.next(), given.next()) {
            (Some((key, secret)), None) => match secret.read() {
                Ok(_) => Some(secret),
                Err(error) => {
                    let fix =
                        "create it, or let the exporter's user read it; it holds the secret on one line";
                    self.problem(&below(path, key), error.to_string(), fix);
                    None
                }
            },
            (Some((first, _)), Some((second, _))) => {
                self.problem(&below(path, second), format!("`{first}` is set as well"), one);
                None
            }
            (None, _) => {
                self.problem(path, format!("`{file_key}` is missing"), one);
                None
            }
        }
    }

    fn tls(&mut self, path: &[Step], raw: raw::Tls) -> Option<Tls> {
        let before = self.problems.len();
        let pins = raw.pin_sha256.map(|pins| match pins {
            raw::OneOrMore::One(pin) => vec![pin],
            raw::OneOrMore::More(pins) => pins,
        });
        let ways = [
            ("ca_file", raw.ca_file.is_some()),
            ("pin_sha256", pins.is_some()),
            ("insecure_skip_verify", raw.insecure_skip_verify == Some(true)),
        ];
        let mut set = ways.iter().filter(|(_, set)| *set).map(|(key, _)| *key);
        if let (Some(first), Some(second)) = (set.next(), set.next()) {
            let fix = "keep the one that should decide which certificate is accepted";
            self.problem(&below(path, second), format!("`{first}` is set as well"), fix);
        }
        let trust = if let Some(file) = raw.ca_file {
            Trust::Roots(self.roots(&below(path, "ca_file"), Path::new(&file)))
        } else if let Some(pins) = pins {
            Trust::Pins(self.pins(&below(path, "pin_sha256"), &pins))
        } else if raw.insecure_skip_verify == Some(true) {
            Trust::Anything
        } else {
            Trust::System
        };
        if raw.server_name.is_some() && matches!(trust, Trust::Pins(_) | Trust::Anything) {
            let fix = "remove it: a pinned or unchecked certificate is accepted whatever its name";
            self.problem(&below(path, "server_name"), "it has no effect here", fix);
        }
        if let Some(name) = &raw.server_name
            && rustls::pki_types::ServerName::try_from(name.as_str()).is_err()
        {
            let fix = "write the DNS name or IP address that stands in the certificate";
            self.problem(&below(path, "server_name"), format!("`{name}` is not a host name"), fix);
        }
        let min_version = match raw.min_version.as_deref().map(str::parse) {
            Some(Err(what)) => {
                let what: String = what;
                self.problem(&below(path, "min_version"), what, "write `TLS12` or `TLS13`");
                None
            }
            Some(Ok(version)) => Some(version),
            None => Some(MinVersion::Tls12),
        };
        let tls = Tls { trust, server_name: raw.server_name, min_version: min_version? };
        (self.problems.len() == before).then_some(tls)
    }

    fn roots(&mut self, path: &[Step], file: &Path) -> Vec<CertificateDer<'static>> {
        let fix = "give a file with certificates in PEM form that the exporter's user can read";
        let read = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()));
        let found = read.and_then(|pem| {
            CertificateDer::pem_slice_iter(&pem)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| format!("{} is not PEM: {error}", file.display()))
        });
        match found {
            Ok(found) if found.is_empty() => {
                self.problem(path, format!("{} holds no certificate", file.display()), fix);
                found
            }
            Ok(found) => found,
            Err(what) => {
                self.problem(path, what, fix);
                Vec::new()
            }
        }
    }

    fn pins(&mut self, path: &[Step], pins: &[String]) -> Vec<super::Pin> {
        let fix = "write the 64 hex digits that `openssl x509 -noout -fingerprint -sha256 -in CERT` prints";
        if pins.is_empty() {
            self.problem(path, "the list is empty", fix);
        }
        let read = pins.iter().filter_map(|pin| {
            pin.parse()
                .map_err(|what| self.problem(path, format!("not a SHA-256 fingerprint: {what:}"), fix))
                .ok()
        });
        read.collect()
    }

    /// A list of words that each stand for something; absent means all of them
    /// for `all_by_default`, else none.
    fn choices<C: Choice>(
        &mut self,
        path: &[Step],
        key: &'static str,
        words: Option<Vec<String>>,
        all_by_default: bool,
    ) -> Vec<C> {
        let Some(words) = words else {
            return C::WORDS.iter().filter(|_| all_by_default).map(|(_, choice)| *choice).collect();
        };
        let known: Vec<String> = C::WORDS.iter().map(|(word, _)| format!("`{word}`")).collect();
        let known = format!("choose from {}", known.join(", "));
        let at = below(path, key);
        if words.is_empty() && all_by_default {
            self.problem(&at, "the list is empty", format!("leave the key out for all, or {known}"));
        }
        let mut chosen = Vec::new();
        for (number, word) in words.iter().enumerate() {
            match C::WORDS.iter().find(|(name, _)| name == word) {
                Some((_, choice)) => chosen.push(*choice),
                None => {
                    let at = [at.as_slice(), &[Step::Item(number)]].concat();
                    self.problem(&at, format!("`{word}` is not known here"), known.as_str());
                }
            }
        }
        chosen.sort();
        chosen.dedup();
        chosen
    }
}

fn below(path: &[Step], key: &'static str) -> Vec<Step> {
    [path, &[Step::Key(key)]].concat()
}

fn is_plain_name(text: &str, also: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}
