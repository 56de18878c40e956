//! The tokens that prove a request was meant.

use crate::upstream::{Client, Request};

/// The CSRF tokens of a session; its cookies are in the client.
#[derive(Clone)]
pub(super) struct Csrf {
    /// The login's cookie `HTTP_CSRF_TOKEN`.
    login: Option<String>,
    page: Option<PageTokens>,
}

/// What the second step brings.
#[derive(Clone)]
struct PageTokens {
    /// The cookie `csrftoken`.
    csrf: String,
    /// The cookie `XSRF-TOKEN`.
    xsrf: String,
}

impl Csrf {
    /// What the login has brought.
    pub(super) fn of_login(client: &Client) -> Self {
        Self { login: client.cookie("HTTP_CSRF_TOKEN"), page: None }
    }

    /// What login and second step have brought.
    pub(super) fn of_both(client: &Client) -> Self {
        let page = client.cookie("csrftoken").zip(client.cookie("XSRF-TOKEN"));
        let page = page.map(|(csrf, xsrf)| PageTokens { csrf, xsrf });
        Self { page, ..Self::of_login(client) }
    }

    pub(super) fn is_of_login(&self) -> bool {
        self.login.is_some()
    }

    pub(super) fn is_of_page(&self) -> bool {
        self.page.is_some()
    }

    /// Adds the tokens to a request. From 7.2 on only a POST needs one;
    /// nothing minds it. Before, three headers are sent with everything:
    /// clients of that time take `XSRF-TOKEN` from either step.
    pub(super) fn sign(&self, mut request: Request) -> Request {
        if let Some(xsrf) = self.token() {
            request = request.header("XSRF-TOKEN", xsrf);
        }
        match &self.page {
            Some(page) => {
                request.header("X-CSRFToken", page.csrf.as_str()).header("X-XSRF-TOKEN", page.xsrf.as_str())
            }
            None => request,
        }
    }

    /// The same for the pages that want the token under another name.
    pub(super) fn sign_renamed(&self, request: Request) -> Request {
        let request = self.sign(request);
        match (&self.page, self.token()) {
            (None, Some(token)) => request.header("X-CSRFToken", token),
            // Signed under that name, too.
            _ => request,
        }
    }

    fn token(&self) -> Option<&str> {
        self.login.as_deref().or_else(|| Some(self.page.as_ref()?.xsrf.as_str()))
    }

    /// All of them.
    pub(super) fn values(&self) -> impl Iterator<Item = String> {
        let page = self.page.clone().map(|page| [page.csrf, page.xsrf]);
        self.login.clone().into_iter().chain(page.into_iter().flatten())
    }
}
