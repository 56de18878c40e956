//! One target of any system.

use super::{Cloud, Common, Ems, FortiManager};

/// An entry of the configuration. Two are equal if a target built from either
/// would behave the same; a secret in a file counts by the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// Of `fortimanagers`.
    FortiManager(&'a FortiManager),
    /// Of `forticlient_ems`.
    Ems(&'a Ems),
    /// Of `forticlient_cloud`.
    Cloud(&'a Cloud),
}

impl<'a> Entry<'a> {
    /// What every target has.
    pub fn common(self) -> &'a Common {
        match self {
            Self::FortiManager(entry) => &entry.common,
            Self::Ems(entry) => &entry.common,
            Self::Cloud(entry) => &entry.common,
        }
    }

    /// Whether both look at the same system through the same account, so that
    /// numbers read for one are true for the other.
    pub fn reads_the_same_as(self, other: Self) -> bool {
        let is_same_address = self.common().connection.url == other.common().connection.url;
        let is_same_account = match (self, other) {
            (Self::FortiManager(a), Self::FortiManager(b)) => a.username == b.username,
            (Self::Ems(a), Self::Ems(b)) => (&a.username, &a.site) == (&b.username, &b.site),
            (Self::Cloud(a), Self::Cloud(b)) => a.account_email == b.account_email,
            _ => false,
        };
        is_same_address && is_same_account
    }
}
