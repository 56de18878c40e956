//! The sign-in of FortiManager Cloud, as its good answers were published.

use crate::upstream::Page;

/// The access token, and what comes with it.
pub(super) static TOKEN: Page = Page {
    addresses: &["/api/v1/oauth/token"],
    below: "",
    plain: &["error", "expires_in", "status", "token_type"],
    clocks: &[],
    ends: &[],
    private: &["access_token", "error_description", "message", "refresh_token", "scope"],
};

/// The session.
pub(super) static LOGIN: Page = Page {
    addresses: &["/p/forticloud_jsonrpc_login"],
    below: "",
    plain: &[],
    clocks: &[],
    ends: &[],
    private: &["message", "session"],
};
