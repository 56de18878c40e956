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
//!   doubling to an hour.
//!   Another operation that goes well says nothing about this one.
//! * After refused credentials no second try for 15 minutes, doubling to six
//!   hours, unless the secret has changed.
//! * A sign-in that has begun is finished even when the poll is given up, so
//!   that a session the system has opened is always known and signed out.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use prometheus::IntCounter;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::deadline::Deadline;
use super::error::{Error, Verdict};
use super::reason::Reason;
use crate::config::Secret;

/// The pause after a sign-in that was refused or did not help.
const FIRST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// For refused credentials.
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);
/// For sessions refused however fresh: the credentials are good, so no account
/// is in danger, and the cause may be mended at any time.
const LONGEST_POINTLESS: Duration = Duration::from_secs(3600);

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

    /// Closes a session; nothing can be done about a failure.
    fn sign_out(&self, session: &Self::Session, deadline: Deadline) -> impl Future<Output = ()> + Send;
}

/// Where sign-ins are counted.
#[derive(Clone)]
pub struct LoginCounters {
    /// Sign-ins sent.
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
    refused: Option<Refused>,
    /// Operations that are refused with fresh sessions like with stale ones.
    pointless: BTreeMap<&'static str, Pause>,
}

struct Live<T> {
    session: T,
    number: u64,
    since: Instant,
}

struct Refused {
    error: Error,
    secret: SecretString,
    pause: Pause,
}

#[derive(Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl Pause {
    fn after(earlier: Option<Self>, longest: Duration) -> Self {
        let length = earlier.map_or(FIRST_PAUSE, |pause| longest.min(pause.length * 2));
        Self { until: Instant::now() + length, length }
    }

    fn is_over(self) -> bool {
        Instant::now() >= self.until
    }
}

impl<S: SignIn> Keeper<S> {
    /// A keeper that has not signed in yet.
    pub fn new(system: S, secret: Secret, counters: LoginCounters) -> Self {
        let state = State { live: None, opened: 0, refused: None, pointless: BTreeMap::new() };
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
        let first = work(session).await;
        let found_dead = matches!(&first, Err(error) if error.verdict() == Verdict::SessionDead);
        if !found_dead {
            self.learn(operation, &first).await;
            return first;
        }
        if self.is_pointless(operation).await {
            return first;
        }
        let (session, _) = self.session(deadline, Some(number)).await?;
        let second = work(session).await;
        self.learn(operation, &second).await;
        second
    }

    /// Closes the session, if there is one.
    pub async fn sign_out(&self, deadline: Deadline) {
        let live = self.shared.state.lock().await.live.take();
        if let Some(live) = live {
            self.shared.system.sign_out(&live.session, deadline).await;
        }
    }

    async fn is_pointless(&self, operation: &'static str) -> bool {
        self.shared.state.lock().await.pointless.get(operation).is_some_and(|pause| !pause.is_over())
    }

    /// Remembers whether signing in anew helps: not when a session made just
    /// now was refused, for another would be, too.
    async fn learn<T>(&self, operation: &'static str, result: &Result<T, Error>) {
        let pointless = &mut self.shared.state.lock().await.pointless;
        match result {
            Ok(_) => {
                pointless.remove(operation);
            }
            Err(error) if error.verdict() == Verdict::SessionDead => {
                let pause = Pause::after(pointless.get(operation).copied(), LONGEST_POINTLESS);
                pointless.insert(operation, pause);
            }
            Err(_) => {}
        }
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
        if let Some(refused) = &state.refused {
            let same = refused.secret.expose_secret() == secret.expose_secret();
            if same && !refused.pause.is_over() {
                return Err(refused.still());
            }
        }
        // A session taken for dead may still occupy one of the account's slots.
        if let Some(old) = state.live.take() {
            self.system.sign_out(&old.session, deadline.in_steps_of(SIGN_OUT)).await;
        }
        self.counters.attempts.inc();
        match self.system.sign_in(&secret, deadline).await {
            Ok(session) => {
                state.refused = None;
                state.opened += 1;
                let number = state.opened;
                let live = Live { session: session.clone(), number, since: Instant::now() };
                state.live = Some(live);
                Ok((session, number))
            }
            Err(error) => {
                let error = error.without(secret.expose_secret());
                self.counters.failures.inc();
                if error.verdict() == Verdict::CredentialsRefused {
                    // A changed secret starts with the first pause again.
                    let earlier = state.refused.take();
                    let earlier =
                        earlier.filter(|refused| refused.secret.expose_secret() == secret.expose_secret());
                    let pause = Pause::after(earlier.map(|refused| refused.pause), LONGEST_PAUSE);
                    state.refused = Some(Refused { error: error.clone(), secret, pause });
                }
                Err(error)
            }
        }
    }
}

impl Refused {
    /// The refusal again, without having bothered the system.
    fn still(&self) -> Error {
        let left = self.pause.until.saturating_duration_since(Instant::now());
        let left = humantime::format_duration(Duration::from_secs(left.as_secs()));
        let message = format!("{} (not tried again for {left}, unless the secret changes)", self.error);
        Error::new(self.error.reason(), message).with_hint(self.error.hint().to_owned())
    }
}

#[cfg(test)]
mod tests;
