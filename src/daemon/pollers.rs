//! The pollers of the configuration in force, and their replacement.
//!
//! A reload touches only what it changes: an unchanged target keeps its
//! session, its schedule and its numbers. A changed one is signed out of
//! before its successor polls, so that no system is ever polled twice or sees
//! two sessions, not even when targets were renamed or have swapped systems;
//! a successor that looks at the same system through the same account begins
//! with the numbers there are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use super::SIGN_OUT_GRACE;
use crate::config::{self, Account, BaseUrl, Config, Entry};
use crate::observation::{Store, TargetState};
use crate::poll::{Poller, Turns, first_delay};
use crate::sharding::Shard;
use crate::targets;
use crate::telemetry::OwnMetrics;
use crate::upstream::{Clients, Error, Exchange, Observer, Refusals};

/// Every poller of the process.
pub(super) struct Pollers {
    own: Arc<OwnMetrics>,
    store: Arc<Store>,
    shard: Shard,
    turns: Arc<Turns>,
    clients: Clients,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// The configuration in force, without the targets of other shards.
    config: Config,
    running: HashMap<String, Running>,
    /// The [`Running::gone`] of pollers that were stopped and may still be signing out, by system.
    leaving: HashMap<BaseUrl, Vec<CancellationToken>>,
    /// They outlast targets: a reload is no reason to try a refused secret again.
    refusals: HashMap<Account, Refusals>,
}

struct Running {
    url: BaseUrl,
    stop: CancellationToken,
    /// Cancelled once it has signed out.
    gone: CancellationToken,
    state: Arc<TargetState>,
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
        shard: Shard,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let turns = Arc::new(Turns::new(config::DEFAULT_CONCURRENT_POLLS, own.polls()));
        Self {
            own,
            store,
            shard,
            turns,
            clients: Clients::new(),
            tasks,
            stop,
            config: Config::default(),
            running: HashMap::new(),
            leaving: HashMap::new(),
            refusals: HashMap::new(),
        }
    }

    /// Puts this shard's part of a configuration in force, or fails and leaves everything as it is.
    pub(super) fn replace(&mut self, config: Config) -> Result<Change, Error> {
        let config = config.only(|name| self.shard.has(name));
        let before: HashMap<&str, Entry<'_>> = by_name(&self.config);
        let (mut fresh, mut unchanged) = (HashMap::new(), HashSet::new());
        for entry in config.entries() {
            let name = entry.common().name.as_str();
            if before.get(name) == Some(&entry) {
                unchanged.insert(name);
                continue;
            }
            let observer = log_exchanges(name);
            let refusals = |account| self.refusals.entry(account).or_default().clone();
            let (poller, state) =
                targets::poller(entry, &self.clients, &self.own, &self.store, refusals, observer)?;
            for words in targets::warnings(entry) {
                warn!(target = %name, "{words}");
            }
            let is_same_system = before.get(name).is_some_and(|before| before.account() == entry.account());
            fresh.insert(name, (poller, state, is_same_system));
        }

        self.turns.set_limit(config.max_concurrent_polls);
        // From here on nothing fails. All that go are told before any comes.
        let mut change = Change::default();
        let (mut kept, mut earlier) = (HashMap::new(), HashMap::new());
        for (name, running) in self.running.drain() {
            if unchanged.contains(name.as_str()) {
                kept.insert(name, running);
            } else {
                running.stop.cancel();
                self.leaving.entry(running.url).or_default().push(running.gone);
                earlier.insert(name, running.state);
            }
        }
        self.leaving.retain(|_, leaving| {
            leaving.retain(|gone| !gone.is_cancelled());
            !leaving.is_empty()
        });
        let mut shown = Vec::new();
        let (count, mut index) = (fresh.len(), 0);
        for entry in config.entries() {
            let name = &entry.common().name;
            let current = match (kept.remove(name), fresh.remove(name.as_str())) {
                (Some(unchanged), _) => {
                    change.unchanged += 1;
                    unchanged
                }
                (None, Some((poller, state, is_same_system))) => {
                    match earlier.remove(name) {
                        Some(earlier) if is_same_system => {
                            change.changed += 1;
                            state.take_over(&earlier);
                        }
                        Some(_) => {
                            change.changed += 1;
                            poller.forget_outcomes();
                        }
                        None => change.added += 1,
                    }
                    let delay = first_delay(index, count, poller.interval());
                    index += 1;
                    let url = entry.common().connection.url.clone();
                    let before = self.leaving.get(&url).cloned().unwrap_or_default();
                    let (stop, gone) = (self.stop.child_token(), CancellationToken::new());
                    self.tasks.spawn(life(
                        before,
                        poller,
                        delay,
                        Arc::clone(&self.turns),
                        stop.clone(),
                        gone.clone().drop_guard(),
                    ));
                    Running { url, stop, gone, state }
                }
                (None, None) => continue,
            };
            shown.push(Arc::clone(&current.state));
            self.running.insert(name.clone(), current);
        }
        change.removed = earlier.len();
        let accounts: HashSet<Account> = config.entries().flat_map(Entry::accounts).collect();
        self.refusals.retain(|account, refusals| accounts.contains(account) || refusals.hold_any());
        self.store.set_targets(shown);
        self.config = config;
        Ok(change)
    }
}

fn by_name(config: &Config) -> HashMap<&str, Entry<'_>> {
    config.entries().map(|entry| (entry.common().name.as_str(), entry)).collect()
}

/// One poller from its first poll to its signing out, once the pollers of the
/// same system `before` it have signed out.
async fn life(
    before: Vec<CancellationToken>,
    poller: Poller,
    delay: Duration,
    turns: Arc<Turns>,
    stop: CancellationToken,
    _gone: DropGuard,
) {
    for gone in before {
        gone.cancelled().await;
    }
    poller.run(delay, turns, stop, SIGN_OUT_GRACE).await;
}

fn log_exchanges(target: &str) -> Observer {
    let target = target.to_owned();
    Arc::new(move |exchange: &Exchange<'_>| {
        let Exchange { method, path, call, took, outcome } = exchange;
        match outcome {
            Ok((status, bytes)) => {
                debug!(target = %target, method, path, call, status, bytes, ?took, "request");
            }
            Err(error) => {
                let reason = error.reason();
                debug!(target = %target, method, path, call, %reason, ?took, "request failed: {error}");
            }
        }
    })
}
