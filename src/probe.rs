//! `probe NAME`: one poll of one target, with an account of every step.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use crate::daemon;
use crate::exposition::{encode, of_target};
use crate::observation::Store;
use crate::targets;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Exchange, Observer};

/// How long signing out may take.
const GRACE: Duration = Duration::from_secs(10);

/// Why a probe could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No target of that name.
    #[error("no target is called `{name}`\n    fix: choose from {known}")]
    Unknown {
        /// As given.
        name: String,
        /// The configured ones.
        known: String,
    },
    /// The target cannot be built.
    #[error(transparent)]
    Start(#[from] daemon::Error),
    /// The output cannot be written.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
}

/// Polls the target called `name` once. The exposition goes to `out`, the
/// account to stderr. True if every collector succeeded.
pub async fn probe(config: Config, name: &str, out: &mut impl Write) -> Result<bool, Error> {
    let known = names(&config).join(", ");
    let config = only(config, name);
    let own = OwnMetrics::new(false).map_err(daemon::Error::from)?;
    let observer: Observer = Arc::new(|exchange: &Exchange<'_>| say(&step(exchange)));
    let targets = targets::build(&config, &own, |_| Arc::clone(&observer)).map_err(daemon::Error::from)?;
    let Some(target) = targets.into_iter().next() else {
        return Err(Error::Unknown { name: name.to_owned(), known });
    };
    for (_, words) in targets::warnings(&config) {
        say(&format!("warning: {words}"));
    }
    say(&format!("{} {} at {}", target.system, target.name, target.url));

    let mut store = Store::new();
    let mut poller = daemon::poller(target, &mut store, &own);
    let succeeded = poller.probe().await;
    poller.sign_out(GRACE).await;

    for state in store.targets() {
        for collector in &state.collectors {
            let failure = collector.outcome().and_then(|outcome| outcome.failure.clone());
            match failure {
                Some(failure) => say(&format!(
                    "collector {}: FAILED ({})\n    {}\n    fix: {}",
                    collector.name, failure.reason, failure.message, failure.hint
                )),
                None => {
                    let samples = collector.observation().map_or(0, |observation| observation.samples.len());
                    say(&format!("collector {}: ok, {samples} series", collector.name));
                }
            }
        }
        out.write_all(&encode(&of_target(state)).map_err(daemon::Error::from)?)?;
    }
    out.write_all(&encode(&own.gather()).map_err(daemon::Error::from)?)?;
    out.flush()?;
    Ok(succeeded)
}

fn step(exchange: &Exchange<'_>) -> String {
    let Exchange { method, path, took, outcome } = exchange;
    let milliseconds = took.as_millis();
    match outcome {
        Ok((status, bytes)) => format!("  {method} {path}: HTTP {status}, {bytes} bytes, {milliseconds} ms"),
        Err(error) => format!("  {method} {path}: {} after {milliseconds} ms", error.reason()),
    }
}

fn names(config: &Config) -> Vec<String> {
    config.commons().map(|common| format!("`{}`", common.name)).collect()
}

/// The configuration of that target alone: the others' trust stores and
/// clients are none of this probe's business.
fn only(mut config: Config, name: &str) -> Config {
    config.fortimanagers.retain(|entry| entry.common.name == name);
    config.forticlient_ems.retain(|entry| entry.common.name == name);
    config.forticlient_cloud.retain(|entry| entry.common.name == name);
    config
}

/// The account is this command's output, so it is printed, not logged.
#[allow(clippy::print_stderr)]
fn say(line: &str) {
    eprintln!("{line}");
}
