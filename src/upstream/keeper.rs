//! One session per target: signed in once, reused, renewed when it has died,
//! signed out in the end.
//!
//! A FortiManager locks an administrator after three failures, holds 32
//! sessions and writes every sign-in to its audit log; EMS locks too. So the
//! keeper is miserly:
//!
//! * One lock around signing in: two polls never race.
//! * A dead session costs one sign-in and one repeat, then the poll fails. If
//!   the fresh session is refused as well, the session was not the problem:
//!   it is kept, and this operation does not replace it again for 15 minutes,
//!   doubling to an hour. Another operation that goes well says nothing about
//!   this one; one that finds the same session refused knows enough.
//! * After refused credentials no second try for 15 minutes, doubling to six
//!   hours, unless the secret has changed. After a sign-in that was sent and
//!   whose end is not known: a minute, doubling to 15.
//! * A sign-in that has begun is finished even when the poll is given up, and
//!   one that failed is signed out of if it left a session all the same, so
//!   that no session is left behind that we could know of.

mod pause;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use prometheus::IntCounter;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use self::pause::{POINTLESS, Pause, Refusals};
use super::deadline::Deadline;
use super::error::{Error, Verdict};
use super::reason::Reason;
use crate::config::Secret;

/// Signing out of a dead session must not use up the time for a new one.
const SIGN_OUT: Duration = Duration::from_secs(5);

/// How one system signs in and out.
pub trait SignIn: Send + Sync + 'static {
    /// What requests need to be accepted: a token, or nothing beside cookies.
    type Session: Clone + Send + Sync + 'static;

    /// A session older than this is replaced before it is used; `None` keeps it.
    const MAX_AGE: Option<Duration>;

    /// Opens a session.
    fn sign_in(
        &self,
        secret: &SecretString,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Self::Session, Error>> + Send;

    /// The session that a failed sign-in has opened all the same, if any.
    fn leftover(&self) -> Option<Self::Session>;

    /// Closes a session; nothing can be done about a failure.
    fn sign_out(&self, session: &Self::Session, deadline: Deadline) -> impl Future<Output = ()> + Send;

    /// What proves the session: it must never show up in an error.
    fn tokens(&self, session: &Self::Session) -> Vec<String>;
}

/// Where sign-ins are counted.
#[derive(Clone)]
pub struct LoginCounters {
    /// Sign-ins tried.
    pub attempts: IntCounter,
    /// Those that did not end in a session.
    pub failures: IntCounter,
}

/// Keeps the session of one target.
pub struct Keeper<S: SignIn> {
    shared: Arc<Shared<S>>,
}

struct Shared<S: SignIn> {
    system: S,
    secret: Secret,
    counters: LoginCounters,
    state: Arc<Mutex<State<S::Session>>>,
}

struct State<T> {
    live: Option<Live<T>>,
    /// Sign-ins so far: tells which session an operation failed with.
    opened: u64,
    refusals: Refusals,
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

#[derive(Clone, Copy)]
struct Pointless {
    /// The fresh session that was refused.
    number: u64,
    pause: Pause,
}

impl<S: SignIn> Keeper<S> {
    /// A keeper that has not signed in yet.
    pub fn new(system: S, secret: Secret, counters: LoginCounters) -> Self {
        let state =
            State { live: None, opened: 0, refusals: Refusals::default(), pointless: BTreeMap::new() };
        let state = Arc::new(Mutex::new(state));
        Self { shared: Arc::new(Shared { system, secret, counters, state }) }
    }

    /// Runs `work`, an operation with a name of its own, with a session. If it
    /// reports the session dead: signs in once, repeats it once.
    pub async fn with_session<T>(
        &self,
        operation: &'static str,
        deadline: Deadline,
        work: impl Fn(S::Session) -> BoxFuture<'static, Result<T, Error>> + Send + Sync,
    ) -> Result<T, Error>
    where
        T: Send,
    {
        let (session, number) = self.session(deadline, None).await?;
        let first = self.without_secrets(work(session).await).await;
        let found_dead = matches!(&first, Err(error) if error.verdict() == Verdict::SessionDead);
        if !found_dead || self.is_pointless(operation, number).await {
            if first.is_ok() {
                self.went_well(operation, number).await;
            }
            return first;
        }
        let (session, number) = self.session(deadline, Some(number)).await?;
        let second = self.without_secrets(work(session).await).await;
        match &second {
            Ok(_) => self.went_well(operation, number).await,
            // However it failed: the new session did not bring what was wanted.
            Err(_) => {
                let pointless = &mut self.shared.state.lock().await.pointless;
                let earlier = pointless.get(operation).map(|earlier| earlier.pause);
                pointless.insert(operation, Pointless { number, pause: Pause::begin(POINTLESS, earlier) });
            }
        }
        second
    }

    /// Closes the session, if there is one.
    pub async fn sign_out(&self, deadline: Deadline) {
        let live = self.shared.state.lock().await.live.take();
        if let Some(live) = live {
            self.shared.system.sign_out(&live.session, deadline).await;
        }
    }

    async fn went_well(&self, operation: &'static str, number: u64) {
        let mut state = self.shared.state.lock().await;
        state.pointless.remove(operation);
        if let Some(live) = state.live.as_mut().filter(|live| live.number == number) {
            live.is_proven = true;
        }
    }

    /// Whether signing in anew would not help `operation`, which has found
    /// session `number` dead: it did not before, or nobody else got anything
    /// out of this very session either.
    async fn is_pointless(&self, operation: &'static str, number: u64) -> bool {
        let state = self.shared.state.lock().await;
        let is_unproven = state.live.as_ref().is_some_and(|live| live.number == number && !live.is_proven);
        state.pointless.iter().any(|(name, pointless)| {
            let applies = *name == operation || (is_unproven && pointless.number == number);
            applies && !pointless.pause.is_over()
        })
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

    /// The live session, or a new one. `dead` is the number of the session
    /// that was found dead; another poll may have replaced it already.
    async fn session(&self, deadline: Deadline, dead: Option<u64>) -> Result<(S::Session, u64), Error> {
        let state = Arc::clone(&self.shared.state).lock_owned().await;
        if let Some(live) = &state.live
            && dead != Some(live.number)
            && S::MAX_AGE.is_none_or(|age| live.since.elapsed() < age)
        {
            return Ok((live.session.clone(), live.number));
        }
        // Detached: see the last rule at the top.
        let signing_in = tokio::spawn(Arc::clone(&self.shared).sign_in(state, deadline));
        match signing_in.await {
            Ok(result) => result,
            Err(error) => Err(Error::new(Reason::UnexpectedPayload, format!("the sign-in ended: {error}"))),
        }
    }
}

impl<S: SignIn> Shared<S> {
    async fn sign_in(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State<S::Session>>,
        deadline: Deadline,
    ) -> Result<(S::Session, u64), Error> {
        let secret = self.secret.read().map_err(|error| {
            Error::new(Reason::Auth, error.to_string())
                .with_hint("the sign-in was not tried; mend the secret")
        })?;
        if let Some(error) = state.refusals.held(&secret) {
            return Err(error);
        }
        // A session taken for dead may still occupy one of the account's slots.
        if let Some(old) = state.live.take() {
            self.system.sign_out(&old.session, deadline.in_steps_of(SIGN_OUT)).await;
        }
        self.counters.attempts.inc();
        match self.system.sign_in(&secret, deadline).await {
            Ok(session) => {
                state.refusals.clear();
                state.opened += 1;
                let number = state.opened;
                let since = Instant::now();
                state.live = Some(Live { session: session.clone(), number, since, secret, is_proven: false });
                Ok((session, number))
            }
            Err(error) => {
                self.counters.failures.inc();
                if let Some(session) = self.system.leftover() {
                    self.system.sign_out(&session, Deadline::after(SIGN_OUT)).await;
                }
                let error = error.without(secret.expose_secret());
                if error.was_sent() {
                    state.refusals.add(secret, error.clone());
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests;
