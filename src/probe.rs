//! `probe NAME`: one poll of one target, with an account of every step.

use std::future::Future;
use std::io::{self, Write};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::capture::{self, Capture};
use crate::config::{Config, Entry};
use crate::daemon;
use crate::exposition::{of_exporter, of_target};
use crate::observation::{CollectorState, Failure, Store, TargetState};
use crate::poll::Poller;
use crate::targets;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Clients, Exchange, Observer, Refusals, Unknown};

/// How long signing out may take, a sign-in under way included.
const GRACE: Duration = Duration::from_secs(20);

/// Unknown fields told by name.
const MOST_NAMES: usize = 30;

/// Why a probe could not be made at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target cannot be built.
    #[error(transparent)]
    Start(#[from] daemon::Error),
    /// There can be no capture.
    #[error(transparent)]
    Capture(#[from] capture::Error),
    /// The output cannot be written.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
}

/// Polls the targets of `config`, one as a rule, once. The exposition goes to
/// `out`, the account to stderr, and what was said, without what is nobody's
/// business, to `folder`. True if every collector succeeded; `stop` ends the
/// poll early, but not without signing out.
pub async fn probe(
    config: &Config,
    folder: Option<&Path>,
    out: &mut impl Write,
    stop: impl Future<Output = ()>,
) -> Result<bool, Error> {
    let mut stop = pin!(stop);
    let own = OwnMetrics::new(false).map_err(daemon::Error::from)?;
    let observer: Observer = Arc::new(|exchange: &Exchange<'_>| say(&step(exchange)));
    let capture = match (folder, config.entries().next()) {
        (Some(folder), Some(entry)) => Some(Capture::new(folder, targets::vocabulary(entry))?),
        _ => None,
    };
    let clients = capture.as_ref().map(|capture| Clients::recorded_by(capture.recorder()));
    let (store, clients) = (Store::new(), clients.unwrap_or_default());
    let mut states = Vec::new();
    let mut pollers = Vec::new();
    let (mut succeeded, mut captured) = (true, Ok(()));
    for entry in config.entries() {
        for words in targets::warnings(entry) {
            say(&format!("warning: {words}"));
        }
        let poller =
            targets::poller(entry, &clients, &own, &store, |_| Refusals::default(), Arc::clone(&observer));
        let (mut poller, state) = poller.map_err(daemon::Error::from)?;
        say(&format!("{} {} at {}", state.system.name, state.name, state.url));
        let stopped = tokio::select! {
            _ = poller.poll() => false,
            () = &mut stop => true,
        };
        poller.sign_out(GRACE).await;
        if stopped {
            say("stopped; signed out");
            return Ok(false);
        }
        succeeded &= poller.succeeded();
        if let (Some(capture), Some(folder)) = (&capture, folder) {
            captured = capture.write(about(entry, &state, &poller)).map(|count| {
                say(&format!(
                    "{count} exchanges in {}: read them before you give them to anybody",
                    folder.display()
                ));
            });
        }
        states.push(state);
        // Its metrics are shown below, and what it does not know.
        pollers.push(poller);
    }

    for (state, poller) in states.iter().zip(&pollers) {
        let mut told = None;
        for collector in &state.collectors {
            let failure = collector.outcome().and_then(|outcome| outcome.failure.clone());
            say(&verdict(collector, failure.as_ref(), told.as_ref()));
            told = failure.or(told);
            if let Some(unknown) = poller.unknown(collector.name).filter(|unknown| unknown.count() > 0) {
                say(&drift(unknown));
            }
        }
        out.write_all(&of_target(state))?;
    }
    out.write_all(&of_exporter(&own))?;
    out.flush()?;
    // What the poll found is told in any case.
    captured?;
    Ok(succeeded)
}

fn step(exchange: &Exchange<'_>) -> String {
    let Exchange { method, path, call, took, outcome } = exchange;
    let call = call.map(|call| format!(" {call}")).unwrap_or_default();
    let milliseconds = took.as_millis();
    match outcome {
        Ok((status, bytes)) => {
            format!("  {method} {path}{call}: HTTP {status}, {bytes} bytes, {milliseconds} ms")
        }
        Err(error) => {
            format!("  {method} {path}{call}: failed ({}) after {milliseconds} ms", error.reason())
        }
    }
}

/// How a collector fared; a failure that was `told` already is not told again.
fn verdict(collector: &CollectorState, failure: Option<&Failure>, told: Option<&Failure>) -> String {
    let name = collector.name;
    match failure {
        None => {
            let series = collector.observation().map_or(0, |observation| observation.samples.len());
            format!("collector {name}: ok, {series} series")
        }
        Some(failure) if Some(failure) == told => {
            format!("collector {name}: FAILED ({}), for the same reason", failure.reason)
        }
        Some(Failure { reason, message, hint, .. }) => {
            let mut text = format!("collector {name}: FAILED ({reason})\n    {message}\n    fix: {hint}");
            if matches!(*reason, "auth" | "locked_out") {
                text.push_str("\n    note: every probe is a sign-in of its own, and a restart is one, too");
            }
            text
        }
    }
}

/// What a capture says of the poll.
fn about(entry: Entry<'_>, state: &TargetState, poller: &Poller) -> Map<String, Value> {
    let collector = |collector: &CollectorState| {
        let failure = collector.outcome().and_then(|outcome| outcome.failure.clone());
        let unknown = poller.unknown(collector.name);
        json!({
            "name": collector.name,
            "outcome": failure.map_or("ok", |failure| failure.reason),
            "unknown_fields": unknown.map_or(0, Unknown::count),
            "names": unknown.map(|unknown| unknown.names().collect::<Vec<_>>()),
        })
    };
    let about: [(&str, Value); 7] = [
        ("product", state.system.name.into()),
        ("exporter", env!("CARGO_PKG_VERSION").into()),
        ("day", jiff::Timestamp::now().strftime("%Y-%m-%d").to_string().into()),
        ("section", entry.section().into()),
        ("api_token", entry.token_account().is_some().into()),
        ("endpoints", entry.reads_summary().then_some("summary").into()),
        ("collectors", state.collectors.iter().map(collector).collect()),
    ];
    about.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What of the answers nobody knows, without what may be somebody's data.
fn drift(unknown: &Unknown) -> String {
    let names: Vec<&str> = unknown.names().take(MOST_NAMES).collect();
    let (count, others) = (unknown.count(), unknown.count() - names.len());
    let others = (others > 0).then(|| format!("and {others} more"));
    let told: Vec<&str> = names.into_iter().chain(others.as_deref()).collect();
    format!("    {count} unknown fields: {}", told.join(", "))
}

/// The account is this command's output. A reader who has gone away must not
/// keep it from signing out.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
