//! What a system has to know for its session to be kept.

use std::future::Future;
use std::time::Duration;

use secrecy::SecretString;

use crate::upstream::deadline::Deadline;
use crate::upstream::error::Error;

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

    /// Makes more of a session that has never been good for anything, without
    /// signing in again; `None` if there is nothing more to make of it.
    fn complete(
        &self,
        _session: &Self::Session,
        _deadline: Deadline,
    ) -> impl Future<Output = Option<Self::Session>> + Send {
        async { None }
    }

    /// Takes in that an operation went well with this session for the first time.
    fn was_good(&self, _session: &Self::Session) {}

    /// Asks something cheap that every live session is answered: whether this
    /// one is alive. `None` if that cannot be told.
    fn is_alive(
        &self,
        _session: &Self::Session,
        _deadline: Deadline,
    ) -> impl Future<Output = Option<bool>> + Send {
        async { None }
    }

    /// The session that a failed sign-in has opened all the same, if any.
    fn leftover(&self) -> Option<Self::Session>;

    /// Closes a session; nothing can be done about a failure.
    fn sign_out(&self, session: &Self::Session, deadline: Deadline) -> impl Future<Output = ()> + Send;

    /// What proves the session: it must never show up in an error.
    fn tokens(&self, session: &Self::Session) -> Vec<String>;
}
