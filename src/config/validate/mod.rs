//! Raw file → [`Config`], collecting every problem instead of the first.
//!
//! One file per idea; each adds its checks to [`Checks`]:
//!
//! ```text
//! mod.rs            the file as a whole, EMS and the cloud
//! fortimanager.rs   the ways into a FortiManager, and collectors that need either
//! fortimanager_cloud.rs
//!                   FortiManager Cloud
//! fortianalyzer.rs  a FortiAnalyzer
//! common.rs         what every target has: name, URL, timing
//! secret.rs         exactly one source per secret, readable now
//! tls.rs            which certificates are accepted
//! fleet.rs          what is read of an endpoint fleet
//! choices.rs        lists of words, such as `collectors`
//! ```

mod choices;
mod common;
mod fleet;
mod fortianalyzer;
mod fortimanager;
mod fortimanager_cloud;
mod secret;
mod tls;

use std::collections::BTreeMap;

use self::common::Timing;
use self::tls::Roots;
use super::{Cloud, Config, DEFAULT_CONCURRENT_POLLS, Ems, raw};
use crate::settings::{Finding, Problem, Step, quoted};

/// Each is a connection at least, and a process may not open many more.
const MOST_CONCURRENT_POLLS: usize = 10_000;

const CLOUD_URL: &str = "https://forticlient.forticloud.com";

/// Checks every target, or the one called `only`.
pub(super) fn validate(file: raw::File, only: Option<&str>) -> Result<Config, Vec<Finding>> {
    let mut checks = Checks { problems: Vec::new(), names: BTreeMap::new(), roots: BTreeMap::new() };
    let defaults = checks.timing(&[Step::Key("defaults")], &file.defaults.unwrap_or_default(), None);
    let max_concurrent_polls = checks.concurrent_polls(file.max_concurrent_polls.as_deref());
    let mut wanted = Wanted { only, found: Vec::new() };
    let config = Config {
        max_concurrent_polls,
        fortimanagers: wanted.each(file.fortimanagers, "fortimanagers", |path, target| {
            checks.fortimanager(path, target, &defaults)
        }),
        fortimanager_cloud: wanted.each(file.fortimanager_cloud, "fortimanager_cloud", |path, target| {
            checks.fortimanager_cloud(path, target, &defaults)
        }),
        fortianalyzers: wanted.each(file.fortianalyzers, "fortianalyzers", |path, target| {
            checks.fortianalyzer(path, target, &defaults)
        }),
        forticlient_ems: wanted.each(file.forticlient_ems, "forticlient_ems", |path, target| {
            checks.ems(path, target, &defaults)
        }),
        forticlient_cloud: wanted.each(file.forticlient_cloud, "forticlient_cloud", |path, target| {
            checks.cloud(path, target, &defaults)
        }),
    };
    if config.targets() == 0 && checks.problems.is_empty() {
        match only {
            Some(only) if !wanted.found.is_empty() => {
                let known = quoted(wanted.found.iter().map(String::as_str));
                checks.absence(&[], format!("no target is called `{only}`"), format!("choose {known}"));
            }
            _ => checks.absence(
                &[],
                "no target is configured",
                "name at least one under `fortimanagers:`, `fortimanager_cloud:`, `fortianalyzers:`, `forticlient_ems:` or `forticlient_cloud:`",
            ),
        }
    }
    if checks.problems.is_empty() { Ok(config) } else { Err(checks.problems) }
}

/// Which targets are to be checked.
struct Wanted<'a> {
    only: Option<&'a str>,
    /// The names of those that are not.
    found: Vec<String>,
}

impl Wanted<'_> {
    /// Checks each wanted entry of a list; entries with problems leave `None`
    /// and are dropped, since the whole file is refused then.
    fn each<R: raw::Named, T>(
        &mut self,
        entries: Option<Vec<R>>,
        list: &'static str,
        mut check: impl FnMut(&[Step], R) -> Option<T>,
    ) -> Vec<T> {
        let entries = entries.unwrap_or_default().into_iter().enumerate();
        let checked = entries.filter_map(|(number, entry)| {
            if self.only.is_some_and(|only| entry.name() != Some(only)) {
                self.found.extend(entry.name().map(str::to_owned));
                return None;
            }
            check(&[Step::Key(list), Step::Item(number)], entry)
        });
        checked.collect()
    }
}

/// The problems found so far. A check that returns `None` has added one.
struct Checks {
    problems: Vec<Finding>,
    /// Names seen so far, and the target that has each.
    names: BTreeMap<String, Vec<Step>>,
    /// What the `ca_file`s hold that were read so far, by path.
    roots: BTreeMap<String, Roots>,
}

impl Checks {
    fn problem(&mut self, path: &[Step], what: impl Into<String>, fix: impl Into<String>) {
        let problem = Problem { path: path.to_vec(), what: what.into(), fix: fix.into() };
        self.problems.push(Finding { problem, is_of_absence: false });
    }

    /// A problem that comes of a key that is not there, under its own name at least.
    fn absence(&mut self, path: &[Step], what: impl Into<String>, fix: impl Into<String>) {
        let problem = Problem { path: path.to_vec(), what: what.into(), fix: fix.into() };
        self.problems.push(Finding { problem, is_of_absence: true });
    }

    fn required(
        &mut self,
        path: &[Step],
        key: &'static str,
        value: Option<String>,
        what: &str,
    ) -> Option<String> {
        match value {
            Some(value) if value.chars().any(char::is_control) => {
                let what = "it has a control character: between double quotes `\\` begins an escape";
                self.problem(&below(path, key), what, "use single quotes, or none");
                None
            }
            Some(value) if !value.trim().is_empty() => Some(value),
            Some(_) => {
                self.problem(&below(path, key), "it is empty", format!("give {what}"));
                None
            }
            None => {
                self.absence(path, format!("`{key}` is missing"), format!("add `{key}:`, {what}"));
                None
            }
        }
    }

    /// Complains of a switch that nothing asked for looks at; what is asked for may be listed, or the default.
    fn idle_switch(&mut self, path: &[Step], key: &'static str, collectors: &str, is_listed: bool) {
        let (at, what) = (below(path, key), "it has no effect here");
        let fix = format!("remove it, or add {collectors} to `collectors`");
        if is_listed { self.problem(&at, what, fix) } else { self.absence(&at, what, fix) }
    }

    fn concurrent_polls(&mut self, text: Option<&str>) -> usize {
        let Some(text) = text else { return DEFAULT_CONCURRENT_POLLS };
        match text.trim().parse() {
            Ok(number @ 1..=MOST_CONCURRENT_POLLS) => number,
            _ => {
                let fix = format!(
                    "write a whole number from 1 to {MOST_CONCURRENT_POLLS}, or leave it out for {DEFAULT_CONCURRENT_POLLS}"
                );
                self.problem(&[Step::Key("max_concurrent_polls")], "it is not a number of polls", fix);
                DEFAULT_CONCURRENT_POLLS
            }
        }
    }

    fn ems(&mut self, path: &[Step], mut raw: raw::Ems, defaults: &Timing) -> Option<Ems> {
        let common = self.common(path, raw.take_common(), defaults, None);
        let fleet = raw.take_fleet();
        let username = self.required(path, "username", raw.username, "an EMS administrator, or domain\\user");
        let password = self.password(path, raw.password, [raw.password_file, raw.password_env]);
        if raw.site.as_deref().is_some_and(|site| !is_site_name(site)) {
            self.problem(
                &below(path, "site"),
                "a site name has only letters, digits, `_`, `.` and `-`",
                "write the site as EMS lists it, for example `Default`, or leave `site` out",
            );
        }
        let fleet = self.fleet(path, fleet);
        Some(Ems { common: common?, site: raw.site, username: username?, password: password?, fleet })
    }

    fn cloud(&mut self, path: &[Step], mut raw: raw::Cloud, defaults: &Timing) -> Option<Cloud> {
        let common = self.common(path, raw.take_common(), defaults, Some(CLOUD_URL));
        let fleet = raw.take_fleet();
        let email =
            self.required(path, "account_email", raw.account_email, "the account that made the access key");
        let keys = ["access_key", "access_key_file", "access_key_env"];
        let access_key = self.secret(path, keys, raw.access_key, [raw.access_key_file, raw.access_key_env]);
        let fleet = self.fleet(path, fleet);
        Some(Cloud { common: common?, account_email: email?, access_key: access_key?, fleet })
    }
}

fn below(path: &[Step], key: &'static str) -> Vec<Step> {
    [path, &[Step::Key(key)]].concat()
}

fn is_site_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}
