//! One session per target: signed in once, reused, renewed when it has died,
//! signed out in the end.
//!
//! A FortiManager locks an administrator after three failures, holds 32
//! sessions and writes every sign-in to its audit log; EMS locks too. So the
//! keeper is miserly:
//!
//! * One lock around signing in: two polls never race. Another around that of an
//!   account: targets that share one learn of a refusal before they try themselves.
//! * A dead session costs one sign-in and one repeat, then the poll fails. If
//!   the fresh session is refused as well, the session was not the problem:
//!   it is kept, and this operation does not replace it again for 15 minutes,
//!   doubling to an hour; so it is where the poll was over before the fresh one
//!   was there. Another operation that goes well says nothing about this one;
//!   one that finds the same session refused knows enough.
//! * A fresh session that is refused may have been signed in to by half: where
//!   the system can make more of it, that is tried before a new one.
//! * Where the system can say that a session is alive, and said so of the one
//!   refused, it is asked again when the operation fails during the pause. If
//!   that session is gone by now, one sign-in and one repeat are spent on it;
//!   if that was pointless, too, it is not asked again during this pause.
//! * After refused credentials no second try for 15 minutes, doubling to six
//!   hours, unless the secret has changed. After a sign-in that was sent and
//!   whose end is not known: a minute, doubling to 15.
//! * A sign-in that has begun is heard out for a minute even when the poll is
//!   given up, and one that failed is signed out of if it left a session all
//!   the same, so that no session is left behind that we could know of.

mod counters;
mod opening;
mod pause;
mod pointless;
mod system;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

pub use self::counters::LoginCounters;
use self::opening::{Allowed, Held};
pub use self::pause::Refusals;
use self::pointless::{Finding, Pointless, Standing};
pub use self::system::SignIn;
use super::deadline::Deadline;
use super::error::{Error, Verdict};
use crate::config::Secret;

/// Asking after a session takes no longer than this; reading the secret, and
/// signing out in the end, are given no less.
const ASIDE: Duration = Duration::from_secs(5);

/// What is known of a target's sign-ins.
#[derive(Clone)]
pub struct Logins {
    /// Where they are counted.
    pub counters: LoginCounters,
    /// Which secrets did not lead to a session.
    pub refusals: Refusals,
}

/// Keeps the session of one target.
pub struct Keeper<S: SignIn> {
    shared: Arc<Shared<S>>,
}

struct Shared<S: SignIn> {
    system: S,
    secret: Secret,
    logins: Logins,
    state: Arc<Mutex<State<S::Session>>>,
}

struct State<T> {
    live: Option<Live<T>>,
    /// Sign-ins so far: tells which session an operation failed with.
    opened: u64,
    /// Operations for which signing in anew does not help.
    pointless: BTreeMap<&'static str, Pointless>,
}

struct Live<T> {
    session: T,
    number: u64,
    since: Instant,
    secret: SecretString,
    /// Whether any operation went well with it.
    is_proven: bool,
}

impl<S: SignIn> Keeper<S> {
    /// A keeper that has not signed in yet.
    pub fn new(system: S, secret: Secret, logins: Logins) -> Self {
        let state = State { live: None, opened: 0, pointless: BTreeMap::new() };
        let state = Arc::new(Mutex::new(state));
        Self { shared: Arc::new(Shared { system, secret, logins, state }) }
    }

    /// Runs `work`, an operation with a name of its own, with a session. If it
    /// reports the session dead: completes it if that is possible, else signs
    /// in once; repeats it with either.
    pub async fn with_session<T>(
        &self,
        operation: &'static str,
        deadline: Deadline,
        work: impl Fn(S::Session) -> BoxFuture<'static, Result<T, Error>> + Send + Sync,
    ) -> Result<T, Error>
    where
        T: Send,
    {
        let mut held = self.shared.session(deadline).await?;
        let mut renewed = None;
        loop {
            let result = self.without_secrets(work(held.session.clone()).await).await;
            let Err(error) = &result else {
                self.went_well(operation, held.number).await;
                return result;
            };
            if error.verdict() == Verdict::SessionDead
                && let Some(finding) = self.finding(operation, &held, renewed, deadline).await
            {
                // There is nothing to complete about a session that is truly gone.
                let allowed = Allowed {
                    complete: renewed.is_some() || finding == Finding::Refused,
                    open: renewed.is_none(),
                };
                if let Some(next) = self.shared.instead_of(held.number, operation, allowed, deadline).await? {
                    renewed = renewed.or((!next.is_completed).then_some(finding));
                    held = next;
                    continue;
                }
            }
            // However it failed: the new session did not bring what was wanted.
            if let Some(finding) = renewed {
                self.was_pointless(operation, &held, finding, deadline).await;
            }
            return result;
        }
    }

    /// Closes the session, if there is one.
    pub async fn sign_out(&self, deadline: Deadline) {
        // One who is still waiting for a sign-in then has nothing to sign out of.
        let Ok(mut state) = self.shared.turn(deadline).await else { return };
        if let Some(live) = state.live.take() {
            let deadline = Deadline::after(deadline.remaining().max(ASIDE));
            self.shared.system.sign_out(&live.session, deadline).await;
        }
    }

    async fn went_well(&self, operation: &'static str, number: u64) {
        let mut state = self.shared.state.lock().await;
        state.pointless.remove(operation);
        if let Some(live) = state.live.as_mut().filter(|live| live.number == number && !live.is_proven) {
            live.is_proven = true;
            self.shared.system.was_good(&live.session);
        }
    }

    /// What is known of a session that `operation` has found dead. `None` if
    /// signing in anew would not help: it did not before, or nobody else got
    /// anything out of this very session either, and it is not known to be gone.
    async fn finding(
        &self,
        operation: &'static str,
        held: &Held<S::Session>,
        earlier: Option<Finding>,
        deadline: Deadline,
    ) -> Option<Finding> {
        if earlier.is_some() {
            return earlier;
        }
        match self.shared.state.lock().await.standing(operation, held.number) {
            Standing::Free => return Some(Finding::Refused),
            Standing::Paused => return None,
            Standing::PausedButVouchedFor => {}
        }
        let is_alive = self.shared.system.is_alive(&held.session, deadline.in_steps_of(ASIDE)).await;
        (is_alive == Some(false)).then_some(Finding::Gone)
    }

    /// Begins the pause after a renewal that did not help `operation`.
    async fn was_pointless(
        &self,
        operation: &'static str,
        held: &Held<S::Session>,
        finding: Finding,
        deadline: Deadline,
    ) {
        let number = held.number;
        self.shared.state.lock().await.pause(operation, number);
        // A check that was wrong once is not asked again before the pause is over.
        if finding == Finding::Refused
            && self.shared.system.is_alive(&held.session, deadline.in_steps_of(ASIDE)).await == Some(true)
            && let Some(pointless) = self.shared.state.lock().await.pointless.get_mut(operation)
            && pointless.number == number
        {
            pointless.is_vouched_for = true;
        }
    }

    /// A system may repeat in its error message what it was sent.
    async fn without_secrets<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        let Err(mut error) = result else { return result };
        if let Some(live) = &self.shared.state.lock().await.live {
            error = error.without(live.secret.expose_secret());
            for token in self.shared.system.tokens(&live.session) {
                error = error.without(&token);
            }
        }
        Err(error)
    }
}

#[cfg(test)]
mod tests;
