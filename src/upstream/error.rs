//! What went wrong with an upstream.
//!
//! An error has three readers. The alert reads the *reason*, from a closed
//! set. The session keeper reads the *verdict*: is the session dead, were the
//! credentials refused, or neither? The operator reads the *message* (what
//! happened, in words) and the *hint* (what to do). A message is made of our
//! words, HTTP status codes and short texts that a system sent as its error
//! message; never of a body, a header, a cookie or a URL's query.

use std::time::Duration;

use tokio::time::Instant;

use super::reason::Reason;
use super::redact::redacted;

/// A failed step of a poll.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    reason: Reason,
    verdict: Verdict,
    message: String,
    hint: Option<String>,
    retry_after: Option<Duration>,
    next_sign_in: Option<Instant>,
    sent: bool,
}

/// What an error means for the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The session is not accepted: sign in once, repeat once.
    SessionDead,
    /// A sign-in was answered, but not with a session: leave the account alone.
    CredentialsRefused,
    /// Neither: the session is as good as it was.
    Unrelated,
}

impl Error {
    /// A failure that says nothing about the session.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            verdict: Verdict::Unrelated,
            message: message.into(),
            hint: None,
            retry_after: None,
            next_sign_in: None,
            sent: true,
        }
    }

    /// A sign-in that was answered, but not with a session.
    pub fn refused(reason: Reason, message: impl Into<String>) -> Self {
        Self::new(reason, message).with_verdict(Verdict::CredentialsRefused)
    }

    /// The same for a refusal in a system's own words, which tell a locked
    /// account from a wrong password.
    pub fn refused_saying(system: &str, words: &str, code: i64) -> Self {
        let lower = words.to_ascii_lowercase();
        let says = |word: &str| lower.contains(word);
        let locked =
            says("locked") || says("lockout") || says("blocked") || says("too many") && says("attempt");
        let reason = if locked { Reason::LockedOut } else { Reason::Auth };
        Self::refused(reason, format!("{system} refused the sign-in: {} (code {code})", quoted(words)))
    }

    /// The same with a verdict on the session.
    pub fn with_verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    /// The same with advice that fits better than the reason's own.
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same for a request that never left: no address, no connection, no TLS.
    pub fn before_sending(self) -> Self {
        Self { sent: false, ..self }
    }

    /// The same with the pause the system asked for.
    pub fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// The same of a sign-in that is not tried again before `at` with the same secret.
    pub(super) fn with_next_sign_in(self, at: Instant) -> Self {
        Self { next_sign_in: Some(at), ..self }
    }

    /// The same of what was tried in place of something that had failed `before`.
    pub fn after(self, before: &Self) -> Self {
        Self { message: format!("{before}; in its place: {self}"), ..self }
    }

    /// The same without a secret that the system may have repeated in its words.
    pub fn without(self, secret: &str) -> Self {
        Self { message: redacted(&self.message, secret), ..self }
    }

    /// The label value.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What it means for the session.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// What an operator can do about it.
    pub fn hint(&self) -> &str {
        self.hint.as_deref().unwrap_or(self.reason.hint())
    }

    /// Until when nobody signs in with the same secret again.
    pub fn next_sign_in(&self) -> Option<Instant> {
        self.next_sign_in
    }

    /// Whether the system may have received the request.
    pub fn was_sent(&self) -> bool {
        self.sent
    }

    /// The pause the system asked for, unbounded as it was sent.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// What is at the bottom of an error, in its own words.
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    quoted(&root.to_string())
}

/// A text that a system sent as its error message, made fit for a log line:
/// one line, bounded, without control characters.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    if line.chars().count() > LONGEST {
        // At a word's end: half a password is one, too, and is looked for whole.
        line.truncate(line.rfind(' ').unwrap_or_default());
        line.push_str(" …");
    }
    line
}
