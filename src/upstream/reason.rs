//! Why a poll failed: the closed set behind the label `reason`.

use std::fmt;

/// Why a poll failed. Alerts are written against these words: a new one is a
/// change of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The host name has no address.
    Dns,
    /// No connection, or it broke.
    Connect,
    /// The certificate or the TLS handshake was refused.
    Tls,
    /// Nothing, or not everything, came in time.
    Timeout,
    /// The credentials were refused.
    Auth,
    /// The account may not read this.
    Forbidden,
    /// The account is locked.
    LockedOut,
    /// Asked to come back later (HTTP 429).
    RateLimited,
    /// Another HTTP status than 200.
    HttpStatus,
    /// Not JSON, an HTML page as a rule.
    NotJson,
    /// JSON without what was asked for.
    UnexpectedPayload,
    /// More than any honest answer has.
    TooLarge,
}

impl Reason {
    /// Every reason, so that each has a series from the start.
    pub const ALL: [Self; 12] = [
        Self::Dns,
        Self::Connect,
        Self::Tls,
        Self::Timeout,
        Self::Auth,
        Self::Forbidden,
        Self::LockedOut,
        Self::RateLimited,
        Self::HttpStatus,
        Self::NotJson,
        Self::UnexpectedPayload,
        Self::TooLarge,
    ];

    /// The label value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Auth => "auth",
            Self::Forbidden => "forbidden",
            Self::LockedOut => "locked_out",
            Self::RateLimited => "rate_limited",
            Self::HttpStatus => "http_status",
            Self::NotJson => "not_json",
            Self::UnexpectedPayload => "unexpected_payload",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether asking the target something else in the same poll is pointless,
    /// since it cannot be reached, or unwelcome.
    pub fn ends_the_poll(self) -> bool {
        matches!(self, Self::Dns | Self::Connect | Self::Tls | Self::RateLimited)
    }

    /// Whether a try sooner than the next interval may help.
    pub fn may_pass_soon(self) -> bool {
        !matches!(self, Self::Auth | Self::LockedOut | Self::Forbidden)
    }

    /// What an operator can do, where the error itself knows nothing better.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Dns => "check the host name in `url` and the resolver of this machine",
            Self::Connect => "check host and port in `url`, and the firewalls on the way",
            Self::Tls => "see `tls:` in the documentation: ca_file, pin_sha256, server_name",
            Self::Timeout => "check the network path; if the system is slow, raise `timeout`",
            Self::Auth => "check user name and secret before the next try: a few refusals lock an account",
            Self::Forbidden => "give the account the read permission this collector needs",
            Self::LockedOut => {
                "unlock the account, then check user name and secret; other programs may be using it with an old password"
            }
            Self::RateLimited => "raise `interval`",
            Self::HttpStatus => "check that `url` names the system itself and that it is healthy",
            Self::NotJson => "check that `url` names the system itself, not a portal or proxy in front of it",
            Self::UnexpectedPayload => {
                "the system may run a version this exporter does not know; please report it with the output of `probe`"
            }
            Self::TooLarge => "check that `url` names the right system",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
