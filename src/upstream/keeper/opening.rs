//! Where sessions come from: opened, completed, replaced.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OwnedMutexGuard;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::system::SignIn;
use super::{ASIDE, Live, Shared, State};
use crate::upstream::deadline::Deadline;
use crate::upstream::error::Error;
use crate::upstream::reason::Reason;

/// How long signing out of an old session and signing in to a new one are waited
/// for, each, however impatient the poll: a session whose welcome or end comes
/// after nobody listens any more is one that nobody can end.
const HEAR_OUT: Duration = Duration::from_secs(60);

/// Completing a session must leave time for a new one.
const COMPLETE: Duration = Duration::from_secs(10);

/// A session as an operation uses it.
pub(super) struct Held<T> {
    pub(super) session: T,
    pub(super) number: u64,
    /// Whether it is the one from before, with more made of it.
    pub(super) is_completed: bool,
}

/// What an operation may still have done about a session it found dead.
#[derive(Clone, Copy)]
pub(super) struct Allowed {
    /// More made of it.
    pub(super) complete: bool,
    /// A new one opened: once.
    pub(super) open: bool,
}

impl<T: Clone> Held<T> {
    pub(super) fn of(live: &Live<T>) -> Self {
        Self { session: live.session.clone(), number: live.number, is_completed: false }
    }
}

impl<S: SignIn> Shared<S> {
    /// The live session, or a new one.
    pub(super) async fn session(self: &Arc<Self>, deadline: Deadline) -> Result<Held<S::Session>, Error> {
        let state = self.turn(deadline).await?;
        if let Some(live) = &state.live
            && S::MAX_AGE.is_none_or(|age| live.since.elapsed() < age)
        {
            return Ok(Held::of(live));
        }
        heard(tokio::spawn(Arc::clone(self).sign_in(state, deadline)), deadline).await
    }

    /// What to try in place of session `dead`: the one that replaced it in the
    /// meantime, the same one completed, or a new one.
    pub(super) async fn instead_of(
        self: &Arc<Self>,
        dead: u64,
        operation: &'static str,
        allowed: Allowed,
        deadline: Deadline,
    ) -> Result<Option<Held<S::Session>>, Error> {
        let state = self.turn(deadline).await?;
        if let Some(live) = &state.live
            && live.number != dead
        {
            return Ok(allowed.open.then(|| Held::of(live)));
        }
        heard(tokio::spawn(Arc::clone(self).replace(state, operation, allowed, deadline)), deadline).await
    }

    /// The lock around signing in; a sign-in may be heard out under it.
    pub(super) async fn turn(&self, deadline: Deadline) -> Result<OwnedMutexGuard<State<S::Session>>, Error> {
        let turn = Arc::clone(&self.state).lock_owned();
        tokio::time::timeout(deadline.remaining(), turn).await.map_err(|_| unanswered())
    }

    async fn replace(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State<S::Session>>,
        operation: &'static str,
        allowed: Allowed,
        deadline: Deadline,
    ) -> Result<Option<Held<S::Session>>, Error> {
        let opened = state.opened + 1;
        if let Some(live) = state.live.as_mut().filter(|live| allowed.complete && !live.is_proven)
            && let Some(session) = self.system.complete(&live.session, deadline.in_steps_of(COMPLETE)).await
        {
            // Another operation that fails with the half of it is to try the whole.
            (live.session, live.number) = (session, opened);
            let held = Held { is_completed: true, ..Held::of(live) };
            state.opened = opened;
            return Ok(Some(held));
        }
        if !allowed.open {
            return Ok(None);
        }
        // Beforehand: a poll that is over before the new session is there does not see that it is refused as well.
        state.pause(operation, opened);
        self.sign_in(state, deadline).await.map(Some)
    }

    async fn sign_in(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State<S::Session>>,
        deadline: Deadline,
    ) -> Result<Held<S::Session>, Error> {
        let secret = self.secret(deadline).await?;
        let _turn = self.logins.refusals.turn().await;
        if let Some(error) = self.logins.refusals.held(&secret) {
            return Err(error);
        }
        // A session taken for dead may still occupy one of the account's slots.
        if let Some(old) = state.live.take() {
            self.system.sign_out(&old.session, patient(deadline)).await;
        }
        match self.system.sign_in(&secret, patient(deadline)).await {
            Ok(session) => {
                self.logins.counters.count_sent();
                self.logins.refusals.clear();
                state.opened += 1;
                let number = state.opened;
                let since = Instant::now();
                let live = Live { session, number, since, secret, is_proven: false };
                Ok(Held::of(state.live.insert(live)))
            }
            Err(error) => {
                if error.was_sent() {
                    self.logins.counters.count_sent();
                    self.logins.counters.count_failure();
                }
                if let Some(session) = self.system.leftover() {
                    self.system.sign_out(&session, patient(deadline)).await;
                }
                let error = error.without(secret.expose_secret());
                Err(if error.was_sent() { self.logins.refusals.add(secret, error) } else { error })
            }
        }
    }

    /// The secret as it is now. A file system may hang, which neither other
    /// polls nor scrapes are to feel.
    async fn secret(&self, deadline: Deadline) -> Result<SecretString, Error> {
        let secret = self.secret.clone();
        let reading = tokio::task::spawn_blocking(move || secret.read());
        // A poll that has used up its time says nothing about the secret.
        let (message, fix) = match tokio::time::timeout(deadline.remaining().max(ASIDE), reading).await {
            Ok(Ok(Ok(secret))) => return Ok(secret),
            Ok(Ok(Err(error))) => (error.to_string(), error.fix()),
            Ok(Err(error)) => (format!("reading the secret ended: {error}"), "please report it"),
            Err(_) => ("reading the secret took too long".to_owned(), "check the file system it is on"),
        };
        Err(Error::new(Reason::Auth, message).with_hint(format!("{fix}; no sign-in was tried")))
    }
}

fn patient(deadline: Deadline) -> Deadline {
    Deadline::after(deadline.remaining().max(HEAR_OUT))
}

/// The end of a task of its own: a poll that is given up must not take it along.
async fn heard<T>(task: JoinHandle<Result<T, Error>>, deadline: Deadline) -> Result<T, Error> {
    match tokio::time::timeout(deadline.remaining(), task).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(Error::new(Reason::UnexpectedPayload, format!("the sign-in ended: {error}"))),
        Err(_) => Err(unanswered()),
    }
}

fn unanswered() -> Error {
    Error::new(Reason::Timeout, "the sign-in was not answered in time; no other is begun while it may be")
}
