//! Who may come in: the account, its lockout, and the sessions it holds.

use std::sync::Mutex;
use std::time::Duration;

// Not the system's clock: in a test that holds the clock, a lock and an idle session end when it says so.
use tokio::time::Instant;

use super::lock::lock;

/// How many older values of a session's cookie still open it after it was re-issued. A client may have
/// requests under way with the value before; one that froze the first value falls out.
const OLD_IDS_KEPT: usize = 3;

/// One account and everything that hangs on it.
pub(super) struct Gate(Mutex<State>);

struct State {
    username: String,
    password: String,
    threshold: usize,
    lockout: Duration,
    failures: Vec<Instant>,
    locked_until: Option<Instant>,
    locked_by_hand: bool,
    session_cap: usize,
    idle_timeout: Duration,
    single_use: bool,
    sessions: Vec<Session>,
    /// Every session id and CSRF token ever given out.
    issued: Vec<String>,
    counts: Counts,
}

struct Session {
    /// The session's id, newest last.
    ids: Vec<String>,
    csrf: String,
    site: String,
    last_used: Instant,
}

/// What the gate has counted since the start.
#[derive(Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) logins: usize,
    pub(super) failed_logins: usize,
    pub(super) logouts: usize,
    pub(super) most_open: usize,
}

/// What a new session is made of.
pub(super) struct Tokens {
    pub(super) id: String,
    pub(super) csrf: String,
    /// The EMS site the session belongs to; empty where there are none.
    pub(super) site: String,
}

/// Why a sign-in was refused.
pub(super) enum Refusal {
    /// Wrong name or password; so many tries are left.
    Credentials { tries_left: usize },
    /// Too many wrong ones; the right password does not help either until this time has passed.
    Locked(Duration),
    /// The account holds as many sessions as it may.
    SessionCap,
}

/// A live session, as a page sees it.
pub(super) struct Visitor {
    pub(super) csrf: String,
    pub(super) site: String,
}

impl Gate {
    pub(super) fn new(username: &str, password: &str) -> Self {
        Self(Mutex::new(State {
            username: username.to_owned(),
            password: password.to_owned(),
            threshold: 3,
            lockout: Duration::from_secs(60),
            failures: Vec::new(),
            locked_until: None,
            locked_by_hand: false,
            session_cap: 32,
            idle_timeout: Duration::from_secs(900),
            single_use: false,
            sessions: Vec::new(),
            issued: Vec::new(),
            counts: Counts::default(),
        }))
    }

    pub(super) fn set_account(&self, username: &str, password: &str) {
        let mut state = lock(&self.0);
        state.username = username.to_owned();
        state.password = password.to_owned();
    }

    pub(super) fn set_lockout(&self, threshold: usize, lockout: Duration) {
        let mut state = lock(&self.0);
        state.threshold = threshold;
        state.lockout = lockout;
    }

    pub(super) fn set_locked(&self, locked: bool) {
        let mut state = lock(&self.0);
        state.locked_by_hand = locked;
        state.locked_until = None;
        state.failures.clear();
    }

    pub(super) fn set_session_cap(&self, cap: usize) {
        lock(&self.0).session_cap = cap;
    }

    pub(super) fn set_idle_timeout(&self, timeout: Duration) {
        lock(&self.0).idle_timeout = timeout;
    }

    pub(super) fn set_single_use(&self, single_use: bool) {
        lock(&self.0).single_use = single_use;
    }

    pub(super) fn kill_sessions(&self) {
        lock(&self.0).sessions.clear();
    }

    /// Opens a session, or says why not. On success also tells how many others were open already.
    pub(super) fn sign_in(&self, username: &str, password: &str, tokens: Tokens) -> Result<usize, Refusal> {
        let mut state = lock(&self.0);
        let outcome = state.admit(username, password);
        match outcome {
            Ok(others) => {
                let given = [&tokens.id, &tokens.csrf].into_iter().filter(|token| !token.is_empty());
                state.issued.extend(given.cloned());
                state.sessions.push(Session {
                    ids: vec![tokens.id],
                    csrf: tokens.csrf,
                    site: tokens.site,
                    last_used: Instant::now(),
                });
                state.counts.logins += 1;
                state.counts.most_open = state.counts.most_open.max(others + 1);
            }
            Err(_) => state.counts.failed_logins += 1,
        }
        outcome
    }

    /// The session with this id, if it is alive; being seen keeps it alive.
    pub(super) fn enter(&self, id: &str) -> Option<Visitor> {
        let mut state = lock(&self.0);
        state.drop_idle();
        let at = state.sessions.iter().position(|session| session.has(id))?;
        if state.single_use {
            let Session { csrf, site, .. } = state.sessions.remove(at);
            return Some(Visitor { csrf, site });
        }
        let session = state.sessions.get_mut(at)?;
        session.last_used = Instant::now();
        Some(Visitor { csrf: session.csrf.clone(), site: session.site.clone() })
    }

    /// Gives the session with this id a new one.
    pub(super) fn reissue(&self, id: &str, new: &str) {
        let mut state = lock(&self.0);
        let state = &mut *state;
        if let Some(session) = state.sessions.iter_mut().find(|session| session.has(id)) {
            session.ids.push(new.to_owned());
            let surplus = session.ids.len().saturating_sub(OLD_IDS_KEPT + 1);
            session.ids.drain(..surplus);
            state.issued.push(new.to_owned());
        }
    }

    /// Notes a token that was given out beside a session's own.
    pub(super) fn note_issued(&self, token: &str) {
        lock(&self.0).issued.push(token.to_owned());
    }

    /// Ends the session with this id.
    pub(super) fn sign_out(&self, id: &str) {
        let mut state = lock(&self.0);
        let before = state.sessions.len();
        state.sessions.retain(|session| !session.has(id));
        state.counts.logouts += before - state.sessions.len();
    }

    pub(super) fn open_sessions(&self) -> usize {
        let mut state = lock(&self.0);
        state.drop_idle();
        state.sessions.len()
    }

    pub(super) fn issued(&self) -> Vec<String> {
        lock(&self.0).issued.clone()
    }

    pub(super) fn forget_issued(&self) {
        lock(&self.0).issued.clear();
    }

    pub(super) fn is_locked(&self) -> bool {
        lock(&self.0).locked_for().is_some()
    }

    pub(super) fn counts(&self) -> Counts {
        lock(&self.0).counts
    }
}

impl State {
    fn admit(&mut self, username: &str, password: &str) -> Result<usize, Refusal> {
        if let Some(wait) = self.locked_for() {
            return Err(Refusal::Locked(wait));
        }
        if username != self.username || password != self.password {
            return Err(self.refuse());
        }
        self.failures.clear();
        self.drop_idle();
        if self.sessions.len() >= self.session_cap {
            return Err(Refusal::SessionCap);
        }
        Ok(self.sessions.len())
    }

    /// Counts a failure; those within one lockout's length of each other add up.
    fn refuse(&mut self) -> Refusal {
        let now = Instant::now();
        let window = self.lockout;
        self.failures.retain(|&failure| now.duration_since(failure) < window);
        self.failures.push(now);
        let tries_left = self.threshold.saturating_sub(self.failures.len());
        if tries_left == 0 {
            self.failures.clear();
            self.locked_until = now.checked_add(self.lockout);
        }
        Refusal::Credentials { tries_left }
    }

    fn locked_for(&self) -> Option<Duration> {
        if self.locked_by_hand {
            return Some(self.lockout);
        }
        self.locked_until?.checked_duration_since(Instant::now()).filter(|wait| !wait.is_zero())
    }

    fn drop_idle(&mut self) {
        let timeout = self.idle_timeout;
        self.sessions.retain(|session| session.last_used.elapsed() < timeout);
    }
}

impl Session {
    fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }
}
