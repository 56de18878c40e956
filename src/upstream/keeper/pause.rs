//! How long something that failed is left alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::upstream::deadline::Deadline;
use crate::upstream::error::{Error, Verdict};
use crate::upstream::reason::Reason;

const MINUTE: Duration = Duration::from_secs(60);

/// How pauses grow: each is twice the one before, up to the longest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    first: Duration,
    longest: Duration,
}

/// After refused credentials.
const REFUSED: Growth =
    Growth { first: Duration::from_secs(15 * 60), longest: Duration::from_secs(6 * 3600) };

/// After a sign-in whose end is not known: it may have been refused, or have
/// opened a session. Never three within the minute for which a FortiManager
/// counts failures.
const UNCERTAIN: Growth = Growth { first: MINUTE, longest: Duration::from_secs(15 * 60) };

/// After a session that was refused however fresh: the credentials are good,
/// so no account is in danger, and the cause may be mended at any time.
pub(super) const POINTLESS: Growth =
    Growth { first: Duration::from_secs(15 * 60), longest: Duration::from_secs(3600) };

/// A system that limits how often it is asked may say how long to wait, but not for the day.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// A time during which something is not tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pause {
    until: Instant,
    length: Duration,
}

impl Pause {
    /// Begins now, grown from an earlier one.
    pub(super) fn begin(growth: Growth, earlier: Option<Self>) -> Self {
        let doubled = earlier.map_or(Duration::ZERO, |pause| pause.length * 2);
        let length = doubled.clamp(growth.first, growth.longest);
        Self { until: Instant::now() + length, length }
    }

    /// The same, not over before the system wants to be asked again.
    fn asked_for(self, retry_after: Option<Duration>) -> Self {
        let asked = retry_after.unwrap_or_default().min(LONGEST_ASKED);
        Self { until: self.until.max(Instant::now() + asked), ..self }
    }

    pub(super) fn is_over(self) -> bool {
        self.until <= Instant::now()
    }
}

/// Secrets of one account that did not lead to a session, each with its pause.
/// Several are remembered, so that a file whose content alternates wins
/// nothing. All who sign in to one account share them, side by side or one
/// after the other: the system counts failures by account.
#[derive(Debug, Clone, Default)]
pub struct Refusals {
    list: Arc<Mutex<Vec<Refusal>>>,
    /// Held by the one who signs in.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Refusal {
    secret: SecretString,
    error: Error,
    pause: Pause,
}

impl Refusals {
    const MOST: usize = 4;

    /// The earlier failure of `secret`, as long as it is not to be tried again.
    pub(super) fn held(&self, secret: &SecretString) -> Option<Error> {
        let refusals = self.lock();
        let refusal = refusals.iter().find(|refusal| refusal.is_of(secret))?;
        if refusal.pause.is_over() {
            return None;
        }
        let error = &refusal.error;
        let again = Error::new(error.reason(), error.to_string()).with_hint(error.hint().to_owned());
        Some(again.with_next_sign_in(refusal.pause.until))
    }

    /// Takes in that a sign-in with `secret` was sent and did not succeed;
    /// returns why, with when the next one may be.
    pub(super) fn add(&self, secret: SecretString, error: Error) -> Error {
        let growth = match error.verdict() {
            Verdict::CredentialsRefused => REFUSED,
            Verdict::SessionDead | Verdict::Unrelated => UNCERTAIN,
        };
        let mut refusals = self.lock();
        let earlier = refusals.iter().position(|refusal| refusal.is_of(&secret));
        let earlier = earlier.map(|index| refusals.remove(index).pause);
        if refusals.len() >= Self::MOST {
            refusals.remove(0);
        }
        let pause = Pause::begin(growth, earlier).asked_for(error.retry_after());
        refusals.push(Refusal { secret, error: error.clone(), pause });
        error.with_next_sign_in(pause.until)
    }

    /// Waits until nobody else signs in: side by side, all would be refused before one of them could tell.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// A step of signing in that is the same for several accounts: not taken while `secret` is not to be
    /// tried again, which says nothing of the account that it would have been taken for.
    pub async fn heeded<T>(
        &self,
        secret: &SecretString,
        deadline: Deadline,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        // The other half is for the step.
        let turn = tokio::time::timeout(deadline.remaining() / 2, self.turn()).await;
        let Ok(_turn) = turn else {
            let message = "another sign-in with the same credentials is still not answered";
            return Err(Error::new(Reason::Timeout, message).before_sending());
        };
        if let Some(error) = self.held(secret) {
            return Err(error.before_sending());
        }
        match step.await {
            Ok(gain) => {
                self.clear();
                Ok(gain)
            }
            Err(error) if error.was_sent() => Err(self.add(secret.clone(), error)),
            Err(error) => Err(error),
        }
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// Whether some secret is not to be tried again yet.
    pub fn hold_any(&self) -> bool {
        self.lock().iter().any(|refusal| !refusal.pause.is_over())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Refusal>> {
        // A list that is whole at any time.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refusal {
    fn is_of(&self, secret: &SecretString) -> bool {
        self.secret.expose_secret() == secret.expose_secret()
    }
}
