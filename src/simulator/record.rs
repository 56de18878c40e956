//! What a simulator saw: every request, and every breach of the rules in words. Never a body, a cookie or
//! another header, so that a failing test prints no secret.

use std::sync::Mutex;

use super::call::Call;
use super::lock::lock;

/// One request a simulator answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The status answered.
    pub status: u16,
    /// Whether it carried a password, an access key or token to sign in with.
    pub has_credentials: bool,
}

/// The log of one simulator.
#[derive(Default)]
pub(super) struct Record {
    requests: Mutex<Vec<Request>>,
    violations: Mutex<Vec<String>>,
}

impl Record {
    pub(super) fn answered(&self, call: &Call, status: u16) {
        lock(&self.requests).push(Request {
            method: call.method.to_string(),
            path: call.target(),
            status,
            has_credentials: call.has_credentials(),
        });
    }

    /// Notes what a client did wrong at this request.
    pub(super) fn violation(&self, call: &Call, what: &str) {
        lock(&self.violations).push(format!("{} {}: {what}", call.method, call.target()));
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        lock(&self.requests).clone()
    }

    pub(super) fn forget_requests(&self) {
        lock(&self.requests).clear();
    }

    pub(super) fn violations(&self) -> Vec<String> {
        lock(&self.violations).clone()
    }
}
