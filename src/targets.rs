//! Configured entries → targets to poll: the one place that knows every system.

use std::sync::Arc;

use crate::config::{Account, Connection, Entry, Trust};
use crate::observation::{Store, TargetState};
use crate::poll::{Poller, Subject, Target};
use crate::telemetry::OwnMetrics;
use crate::upstream::{Client, Clients, Error, Logins, Observer, Refusals, Vocabulary};
use crate::{ems, fortianalyzer, fortimanager};

/// The target of an entry. `logins` are those of each of its accounts, `observer` is told of its requests.
pub fn build(
    entry: Entry<'_>,
    clients: &Clients,
    mut logins: impl FnMut(Account) -> Logins,
    observer: Observer,
) -> Result<Target, Error> {
    let client = Client::new(&entry.common().connection, clients, Arc::clone(&observer))?;
    let (of_account, of_token) = (logins(entry.account()), entry.token_account().map(&mut logins));
    let of_api_user = entry.api_user().map(logins).map(|logins| logins.refusals).unwrap_or_default();
    let Subject { system, collectors, session } = match entry {
        Entry::FortiManager(entry) => fortimanager::target(entry, client, of_account, of_token),
        Entry::FortiManagerCloud(entry) => {
            let auth = Client::new(&entry.auth, clients, observer)?;
            fortimanager::cloud_target(entry, client, auth, of_account, of_api_user)
        }
        Entry::FortiAnalyzer(entry) => fortianalyzer::target(entry, client, of_account),
        Entry::Ems(entry) => ems::target(entry, client, of_account),
        Entry::Cloud(entry) => ems::cloud_target(entry, client, of_account),
    };
    let common = entry.common();
    Ok(Target {
        name: common.name.clone(),
        system,
        url: common.connection.url.to_string(),
        interval: common.interval,
        timeout: common.timeout,
        stale_after: common.stale_after,
        collectors,
        session,
    })
}

/// The target of an entry with its metrics and a place in the store, ready to be polled. `refusals`
/// are those of each of its accounts so far.
pub fn poller(
    entry: Entry<'_>,
    clients: &Clients,
    own: &OwnMetrics,
    store: &Store,
    mut refusals: impl FnMut(Account) -> Refusals,
    observer: Observer,
) -> Result<(Poller, Arc<TargetState>), Error> {
    let common = entry.common();
    let metrics = own.target(&common.name, common.interval, is_unverified(entry));
    let logins = |account| Logins { counters: metrics.logins.clone(), refusals: refusals(account) };
    let target = build(entry, clients, logins, observer)?;
    let collectors = target.collectors.iter().map(|collector| collector.name());
    let state = store.target(&target.name, target.system, target.url.clone(), target.stale_after, collectors);
    Ok((Poller::new(target, Arc::clone(&state), metrics), state))
}

/// What is known of the answers of its system.
pub fn vocabulary(entry: Entry<'_>) -> &'static Vocabulary {
    match entry {
        Entry::FortiManager(_) | Entry::FortiManagerCloud(_) | Entry::FortiAnalyzer(_) => {
            &fortimanager::VOCABULARY
        }
        Entry::Ems(_) | Entry::Cloud(_) => &ems::VOCABULARY,
    }
}

/// Settings of a target that work but deserve a second look, as warnings for the log.
pub fn warnings(entry: Entry<'_>) -> Vec<String> {
    let common = entry.common();
    let mut warnings = Vec::new();
    let mut warn = |words: &str| warnings.push(words.to_owned());
    if connections(entry).any(|connection| connection.url.is_plain_http()) {
        warn("plain HTTP: credentials and session travel unencrypted");
    } else if is_unverified(entry) {
        warn("insecure_skip_verify: whoever answers in the target's place gets the credentials");
    }
    if common.interval.as_secs() < 60 {
        warn("an interval below one minute is a burden on the target");
    }
    if let Entry::FortiManager(entry) = entry {
        if entry.has_idle_login() {
            warn(
                "no collector of it uses the login: remove `username` and the password, or list one that does",
            );
        }
        if let Some(token) = entry.idle_token() {
            let key = token.key("api_token");
            warn(&format!("no collector of it uses the API token: remove `{key}`, or list one that does"));
        }
        if entry.is_in_the_cloud() {
            warn("this is an address of FortiManager Cloud: move it to `fortimanager_cloud:`");
        }
    }
    for (key, _) in entry.secrets().iter().filter(|(_, secret)| secret.looks_like_a_path()) {
        warn(&format!("`{key}` looks like a path; did you mean `{key}_file`?"));
    }
    warnings
}

fn is_unverified(entry: Entry<'_>) -> bool {
    let is_unverified = |connection: &Connection| {
        connection.url.is_plain_http() || matches!(connection.tls.trust, Trust::Anything)
    };
    connections(entry).any(is_unverified)
}

/// To where it signs in and to what it reads, the same as a rule.
fn connections(entry: Entry<'_>) -> impl Iterator<Item = &Connection> {
    [entry.sign_in(), &entry.common().connection].into_iter()
}
