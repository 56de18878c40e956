//! What releases before 7.2 want beside the login: the page `/p/app/`, and three headers.

use super::pages::{FortiManagerPages, Session};
use super::settings::{Generation, PageTokens};
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::lock::lock;
use crate::simulator::simulation::Desk;
use crate::simulator::token;

/// The web application's page with its scripts inlined: larger than any data a client asks for.
const APP_SIZE: usize = 3 * 512 * 1024;

impl FortiManagerPages {
    /// The web application. Before 7.2 this is the second step, which sets two more cookies.
    pub(super) fn app(&self, desk: &Desk, call: &Call) -> Answer {
        let session = match self.live_session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        let page = format!("<!DOCTYPE html><html><body>{}</body></html>", " ".repeat(APP_SIZE));
        let page = Answer::html(200, &page);
        let mut settings = lock(&self.settings);
        if settings.generation == Generation::OneStep {
            return page;
        }
        // Lengths and alphabets as Django and Angular have them.
        let tokens = PageTokens { csrf: token::alphanumeric(64), xsrf: token::base64(31) };
        desk.gate.note_issued(&tokens.csrf);
        desk.gate.note_issued(&tokens.xsrf);
        let readable = desk.cookie_attributes("; SameSite=Strict");
        let page = [("csrftoken", &tokens.csrf), ("XSRF-TOKEN", &tokens.xsrf)].into_iter().fold(
            page,
            |page, (name, value)| {
                page.header("set-cookie", &format!("{}={value}; {readable}", settings.cookie(name)))
            },
        );
        settings.second_steps.insert(session.id, tokens);
        page
    }

    /// The way out of releases before 7.2. A session whose second step was never made can be ended, too:
    /// nothing is known of a header it would need.
    pub(super) fn old_logout(&self, desk: &Desk, call: &Call) -> Answer {
        if lock(&self.settings).generation == Generation::OneStep {
            // No breach: a client signed in to the release before an upgrade cannot know.
            return Answer::html(404, "<html><body><h1>Not Found</h1></body></html>");
        }
        let session = match self.live_session(desk, call) {
            Ok(session) => session,
            Err(answer) => return answer,
        };
        let made_second_step = lock(&self.settings).second_steps.contains_key(&session.id);
        if made_second_step && let Some(refusal) = self.refuse_half_session(desk, call, &session) {
            return refusal;
        }
        desk.gate.sign_out(&session.id);
        Answer::redirect("/p/login/")
    }

    /// The answer to a session that lacks the second step, or to a request that lacks one of its headers.
    ///
    /// Public clients feed `X-CSRFToken` from `csrftoken` and `X-XSRF-TOKEN` from `XSRF-TOKEN`. They
    /// differ in `XSRF-TOKEN`: the newer ones take the login's `HTTP_CSRF_TOKEN` as later releases want
    /// it, the older ones the page's `XSRF-TOKEN`. Nobody says whether a GET needs any of them, or
    /// whether the values are the same. Here they differ, the newer clients are right where the login
    /// set a token, and everything needs all three.
    pub(super) fn refuse_half_session(&self, desk: &Desk, call: &Call, session: &Session) -> Option<Answer> {
        let settings = lock(&self.settings);
        if settings.generation == Generation::OneStep {
            return None;
        }
        let Some(page) = settings.second_steps.get(&session.id) else {
            // Not a breach: nobody can know the release before its first refusal.
            return Some(settings.dead_session.answer());
        };
        let xsrf = if settings.has_token_at_login() { &session.visitor.csrf } else { &page.xsrf };
        let wanted = [("x-csrftoken", &page.csrf), ("x-xsrf-token", &page.xsrf), ("xsrf-token", xsrf)];
        let (wrong, _) =
            wanted.into_iter().find(|(name, value)| call.header(name) != Some(value.as_str()))?;
        desk.record.violation(call, &format!("the header {wrong} does not match its token"));
        Some(settings.dead_session.answer())
    }
}

#[cfg(test)]
mod tests;
