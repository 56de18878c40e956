//! The pollers of the configuration in force, and their replacement.
//!
//! A reload touches only what it changes: an unchanged target keeps its
//! session, its schedule and its numbers. A changed one is signed out of
//! before its successor polls, so that no system is ever polled twice or sees
//! two sessions; a successor that looks at the same system through the same
//! account begins with the numbers there are, and with what is known of
//! refused secrets.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use super::SIGN_OUT_GRACE;
use crate::config::{Config, Entry};
use crate::observation::{Store, TargetState};
use crate::poll::{Poller, first_delay};
use crate::targets;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Error, Exchange, Observer, Refusals, TlsContext};

/// Every poller of the process.
pub(super) struct Pollers {
    own: Arc<OwnMetrics>,
    store: Arc<Store>,
    tls: TlsContext,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// The configuration in force.
    config: Config,
    running: HashMap<String, Running>,
    /// Targets that were removed and may still be signing out.
    leaving: HashMap<String, JoinHandle<()>>,
}

struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
    state: Arc<TargetState>,
    /// Outlives the poller, as the account does.
    refusals: Refusals,
}

/// What became of the targets.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) removed: usize,
    pub(super) unchanged: usize,
}

impl Pollers {
    /// None yet. They run as `tasks` until `stop`.
    pub(super) fn new(
        own: Arc<OwnMetrics>,
        store: Arc<Store>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self {
            own,
            store,
            tls: TlsContext::new(),
            tasks,
            stop,
            config: Config::default(),
            running: HashMap::new(),
            leaving: HashMap::new(),
        }
    }

    /// Puts a configuration in force, or fails and leaves everything as it is.
    pub(super) fn replace(&mut self, config: Config) -> Result<Change, Error> {
        let before: HashMap<&str, Entry<'_>> = by_name(&self.config);
        let mut fresh = HashMap::new();
        for entry in config.entries() {
            let name = entry.common().name.as_str();
            if before.get(name) == Some(&entry) {
                continue;
            }
            let is_same_system = before.get(name).is_some_and(|before| before.reads_the_same_as(entry));
            let earlier = self.running.get(name).filter(|_| is_same_system);
            let refusals = earlier.map(|earlier| earlier.refusals.clone()).unwrap_or_default();
            let (poller, state) = targets::poller(
                entry,
                &self.tls,
                &self.own,
                &self.store,
                refusals.clone(),
                log_exchanges(name),
            )?;
            for words in targets::warnings(entry) {
                warn!(target_name = %name, "{words}");
            }
            if let Some(earlier) = earlier {
                state.take_over(&earlier.state);
            }
            fresh.insert(name, (poller, state, refusals));
        }

        // From here on nothing fails.
        let mut change = Change::default();
        let mut running = HashMap::new();
        let mut shown = Vec::new();
        let (count, mut index) = (fresh.len(), 0);
        for entry in config.entries() {
            let name = &entry.common().name;
            let earlier = self.running.remove(name);
            let current = match (fresh.remove(name.as_str()), earlier) {
                (None, None) => continue,
                (None, Some(unchanged)) => {
                    change.unchanged += 1;
                    unchanged
                }
                (Some((poller, state, refusals)), earlier) => {
                    let delay = first_delay(index, count, poller.interval());
                    index += 1;
                    let predecessor = match earlier {
                        Some(earlier) => {
                            change.changed += 1;
                            earlier.stop.cancel();
                            Some(earlier.task)
                        }
                        None => {
                            change.added += 1;
                            self.leaving.remove(name)
                        }
                    };
                    let stop = self.stop.child_token();
                    let task = self.tasks.spawn(life(predecessor, poller, delay, stop.clone()));
                    Running { stop, task, state, refusals }
                }
            };
            shown.push(Arc::clone(&current.state));
            running.insert(name.clone(), current);
        }
        self.leaving.retain(|_, task| !task.is_finished());
        for (name, removed) in std::mem::replace(&mut self.running, running) {
            change.removed += 1;
            removed.stop.cancel();
            self.leaving.insert(name, removed.task);
        }
        self.store.set_targets(shown);
        self.config = config;
        Ok(change)
    }
}

fn by_name(config: &Config) -> HashMap<&str, Entry<'_>> {
    config.entries().map(|entry| (entry.common().name.as_str(), entry)).collect()
}

/// One poller from its first poll to its signing out, once the target's
/// poller before it has signed out.
async fn life(
    predecessor: Option<JoinHandle<()>>,
    poller: Poller,
    delay: std::time::Duration,
    stop: CancellationToken,
) {
    if let Some(predecessor) = predecessor {
        // However it ended, it has ended.
        let _ = predecessor.await;
    }
    poller.run(delay, stop, SIGN_OUT_GRACE).await;
}

fn log_exchanges(target: &str) -> Observer {
    let target = target.to_owned();
    Arc::new(move |exchange: &Exchange<'_>| {
        let Exchange { method, path, took, outcome } = exchange;
        match outcome {
            Ok((status, bytes)) => {
                debug!(target_name = %target, method, path, status, bytes, ?took, "request");
            }
            Err(error) => {
                let reason = error.reason();
                debug!(target_name = %target, method, path, %reason, ?took, "request failed: {error}");
            }
        }
    })
}
