//! Configured entries → targets to poll: the one place that knows every system.

use crate::config::{Common, Config, Trust};
use crate::poll::Target;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Client, Error, LoginCounters, Observer, TlsContext};
use crate::{ems, fortimanager};

/// Builds every target. `observer` makes what is told of a target's requests,
/// from the target's name.
pub fn build(
    config: &Config,
    own: &OwnMetrics,
    observer: impl Fn(&str) -> Observer,
) -> Result<Vec<Target>, Error> {
    let tls = TlsContext::new();
    let parts = |common: &Common| -> Result<(Client, LoginCounters), Error> {
        let logins = own.target(&common.name, is_unverified(common)).logins;
        Ok((Client::new(&common.connection, &tls, observer(&common.name))?, logins))
    };
    let mut targets = Vec::with_capacity(config.targets());
    for entry in &config.fortimanagers {
        let (client, logins) = parts(&entry.common)?;
        targets.push(fortimanager::target(entry, client, logins));
    }
    for entry in &config.forticlient_ems {
        let (client, logins) = parts(&entry.common)?;
        targets.push(ems::target(entry, client, logins));
    }
    for entry in &config.forticlient_cloud {
        let (client, logins) = parts(&entry.common)?;
        targets.push(ems::cloud_target(entry, client, logins));
    }
    Ok(targets)
}

/// Settings that work but deserve a second look, as warnings for the log.
pub fn warnings(config: &Config) -> Vec<(String, &'static str)> {
    let mut warnings = Vec::new();
    for common in config.commons() {
        let mut warn = |words| warnings.push((common.name.clone(), words));
        if common.connection.url.is_plain_http() {
            warn("plain HTTP: the password and the session travel unencrypted");
        } else if is_unverified(common) {
            warn("insecure_skip_verify: whoever answers in the target's place gets the password");
        }
        if common.interval.as_secs() < 60 {
            warn("an interval below one minute is a burden on the target");
        }
    }
    warnings
}

fn is_unverified(common: &Common) -> bool {
    common.connection.url.is_plain_http() || matches!(common.connection.tls.trust, Trust::Anything)
}
