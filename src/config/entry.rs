//! One target of any system.

use super::{BaseUrl, Cloud, Common, Ems, FortiManager};

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

/// An account at one system: numbers read for one target of it are true for
/// any other, and secrets refused to one are refused to any other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    system: &'static str,
    url: BaseUrl,
    name: String,
    site: Option<String>,
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

    /// The account it reads through.
    pub fn account(self) -> Account {
        let (system, name, site) = match self {
            Self::FortiManager(entry) => ("FortiManager", &entry.username, None),
            Self::Ems(entry) => ("EMS", &entry.username, entry.site.clone()),
            Self::Cloud(entry) => ("Cloud", &entry.account_email, None),
        };
        Account { system, url: self.common().connection.url.clone(), name: name.clone(), site }
    }
}
