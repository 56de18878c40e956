//! What all simulated systems share: they listen, log, obey overrides and guard an account.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::gate::Gate;
use super::overrides::Overrides;
use super::record::Record;
use super::server::{Server, scheme};
use super::{Answer, Certificate, Error, Request};

/// A running simulator, whichever system it plays. Each system's handle derefs to it, so that these
/// methods exist once.
pub struct Simulation {
    desk: Arc<Desk>,
    server: Server,
}

/// What the request side and the handle both hold. The server is not in it, so that dropping the last
/// handle stops the server.
pub(super) struct Desk {
    pub(super) gate: Gate,
    pub(super) record: Record,
    overrides: Overrides,
    scheme: &'static str,
}

/// The pages of one system.
pub(super) trait Pages: Send + Sync + 'static {
    /// Answers a request that no override answers.
    fn answer(&self, desk: &Desk, call: &Call) -> Answer;
}

impl Desk {
    /// Attributes for a cookie. On plain HTTP no jar would send a `Secure` one back.
    pub(super) fn cookie_attributes(&self, rest: &str) -> String {
        match self.scheme {
            "https" => format!("Path=/; Secure{rest}"),
            _ => format!("Path=/{rest}"),
        }
    }

    /// Answers a request for something that does not exist.
    pub(super) fn unknown(&self, call: &Call) -> Answer {
        self.record.violation(call, "no such page");
        Answer::html(404, "<html><body><h1>Not Found</h1></body></html>")
    }

    /// Notes a sign-in by someone who already holds sessions: they should have been used or ended.
    pub(super) fn signed_in_beside(&self, call: &Call, others: usize) {
        if others > 0 {
            let what = format!("signed in while {others} live session(s) of the account existed");
            self.record.violation(call, &what);
        }
    }
}

impl Simulation {
    pub(super) fn start(
        certificate: Option<&Certificate>,
        gate: Gate,
        pages: Arc<impl Pages>,
    ) -> Result<Self, Error> {
        let desk = Arc::new(Desk {
            gate,
            record: Record::default(),
            overrides: Overrides::default(),
            scheme: scheme(certificate),
        });
        let app = Router::new().fallback(serve).with_state((Arc::clone(&desk), pages as Arc<dyn Pages>));
        let server = Server::start(app, certificate)?;
        Ok(Self { desk, server })
    }

    /// The base URL, such as `https://127.0.0.1:41234`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Replaces the account; sessions already open stay open.
    pub fn set_account(&self, username: &str, password: &str) {
        self.desk.gate.set_account(username, password);
    }

    /// Locks the account for this long after so many failures (default: 3 failures, 60 s).
    pub fn set_lockout(&self, threshold: usize, duration: Duration) {
        self.desk.gate.set_lockout(threshold, duration);
    }

    /// Locks the account until it is unlocked again, as an administrator can.
    pub fn set_locked(&self, locked: bool) {
        self.desk.gate.set_locked(locked);
    }

    /// Limits the sessions the account may hold (default: 32).
    pub fn set_session_cap(&self, cap: usize) {
        self.desk.gate.set_session_cap(cap);
    }

    /// Ends sessions not used for this long (default: 900 s).
    pub fn set_idle_timeout(&self, timeout: Duration) {
        self.desk.gate.set_idle_timeout(timeout);
    }

    /// Ends each session with the first request that uses it (default: no).
    pub fn set_single_use_sessions(&self, single_use: bool) {
        self.desk.gate.set_single_use(single_use);
    }

    /// Ends all sessions, as an idle timeout or a restart would.
    pub fn kill_sessions(&self) {
        self.desk.gate.kill_sessions();
    }

    /// Answers every request whose path and query start with this, until [`Self::clear_overrides`].
    /// The override added last wins.
    pub fn override_path(&self, path_prefix: &str, answer: Answer) {
        self.desk.overrides.add(path_prefix, answer, None);
    }

    /// Like [`Self::override_path`] for the next so many matching requests.
    pub fn override_path_times(&self, path_prefix: &str, answer: Answer, times: usize) {
        self.desk.overrides.add(path_prefix, answer, Some(times));
    }

    /// Sends the page's own answer to the next request whose path and query start with this only after
    /// so long: what the request did is done by then.
    pub fn delay_next(&self, path_prefix: &str, delay: Duration) {
        self.desk.overrides.delay(path_prefix, delay);
    }

    /// Lets all pages answer for themselves again, and at once.
    pub fn clear_overrides(&self) {
        self.desk.overrides.clear();
    }

    /// Every request seen, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.desk.record.requests()
    }

    /// Every breach of the system's rules, in words.
    pub fn violations(&self) -> Vec<String> {
        self.desk.record.violations()
    }

    /// How many sign-ins succeeded.
    pub fn logins(&self) -> usize {
        self.desk.gate.counts().logins
    }

    /// How many sign-ins were refused, for whatever reason.
    pub fn failed_logins(&self) -> usize {
        self.desk.gate.counts().failed_logins
    }

    /// How many sessions were ended by their owner.
    pub fn logouts(&self) -> usize {
        self.desk.gate.counts().logouts
    }

    /// How many sessions are alive.
    pub fn open_sessions(&self) -> usize {
        self.desk.gate.open_sessions()
    }

    /// The most sessions that were ever alive at once.
    pub fn most_sessions_open(&self) -> usize {
        self.desk.gate.counts().most_open
    }

    /// Every session id and CSRF token it has given out: what a client must never show.
    pub fn issued_tokens(&self) -> Vec<String> {
        self.desk.gate.issued()
    }

    /// Forgets the requests seen and the tokens given out so far: what would grow in a run of hours.
    pub fn forget_requests(&self) {
        self.desk.record.forget_requests();
        self.desk.gate.forget_issued();
    }

    /// Whether the account is locked.
    pub fn is_locked(&self) -> bool {
        self.desk.gate.is_locked()
    }

    /// Whether a token that was given out here is good.
    pub(super) fn vouches_for(&self, token: &str) -> bool {
        self.desk.gate.enter(token).is_some()
    }

    /// Stops listening and cuts all connections; afterwards connections are refused.
    pub async fn stop(&self) {
        self.server.stop().await;
    }

    /// Listens on the same port again after [`Self::stop`]; sessions, settings and log are as they were.
    // Async because it spawns: only callers inside a runtime can do that.
    pub async fn resume(&self) -> Result<(), Error> {
        self.server.resume()
    }
}

async fn serve(
    State((desk, pages)): State<(Arc<Desk>, Arc<dyn Pages>)>,
    request: HttpRequest<Body>,
) -> Response {
    let call = Call::read(request, desk.scheme).await;
    let target = call.target();
    let answer = match desk.overrides.take(&target) {
        Some(answer) => answer,
        None => {
            let answer = pages.answer(&desk, &call);
            match desk.overrides.take_delay(&target) {
                Some(delay) => answer.delay(delay),
                None => answer,
            }
        }
    };
    // Logged before the wait, so that a test sees the request its client is still waiting for.
    desk.record.answered(&call, answer.code());
    // Even a wait of nothing would take a millisecond, for which a held clock waits for ever.
    if !answer.wait().is_zero() {
        tokio::time::sleep(answer.wait()).await;
    }
    answer.into_response()
}
