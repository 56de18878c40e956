//! One target of any system.

use super::{
    BaseUrl, Cloud, Common, Connection, Ems, Endpoints, FortiAnalyzer, FortiManager, FortiManagerCloud,
    Secret,
};

/// An entry of the configuration. Two are equal if a target built from either
/// would behave the same; a secret in a file counts by the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// Of `fortimanagers`.
    FortiManager(&'a FortiManager),
    /// Of `fortimanager_cloud`.
    FortiManagerCloud(&'a FortiManagerCloud),
    /// Of `fortianalyzers`.
    FortiAnalyzer(&'a FortiAnalyzer),
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
    /// `None` for the one behind an API token, which tells nobody its name.
    name: Option<String>,
    site: Option<String>,
}

impl<'a> Entry<'a> {
    /// What every target has.
    pub fn common(self) -> &'a Common {
        match self {
            Self::FortiManager(entry) => &entry.common,
            Self::FortiManagerCloud(entry) => &entry.common,
            Self::FortiAnalyzer(entry) => &entry.common,
            Self::Ems(entry) => &entry.common,
            Self::Cloud(entry) => &entry.common,
        }
    }

    /// The section it stands in.
    pub fn section(self) -> &'static str {
        match self {
            Self::FortiManager(_) => "fortimanagers",
            Self::FortiManagerCloud(_) => "fortimanager_cloud",
            Self::FortiAnalyzer(_) => "fortianalyzers",
            Self::Ems(_) => "forticlient_ems",
            Self::Cloud(_) => "forticlient_cloud",
        }
    }

    /// Whether it has EMS count endpoints itself.
    pub fn reads_summary(self) -> bool {
        let fleet = match self {
            Self::FortiManager(_) | Self::FortiManagerCloud(_) | Self::FortiAnalyzer(_) => return false,
            Self::Ems(entry) => &entry.fleet,
            Self::Cloud(entry) => &entry.fleet,
        };
        fleet.endpoints == Endpoints::Summary
    }

    /// The account it reads through. With a login and an API token that is the login's: what is read
    /// by the token besides is the same to any other.
    pub fn account(self) -> Account {
        let (system, name, site) = match self {
            Self::FortiManager(entry) => {
                ("FortiManager", entry.login.as_ref().map(|login| login.username.clone()), None)
            }
            Self::FortiManagerCloud(entry) => ("FortiManager Cloud", Some(entry.api_id.clone()), None),
            Self::FortiAnalyzer(entry) => ("FortiAnalyzer", Some(entry.login.username.clone()), None),
            Self::Ems(entry) => ("EMS", Some(entry.username.clone()), entry.site.clone()),
            Self::Cloud(entry) => ("Cloud", Some(entry.account_email.clone()), None),
        };
        Account { system, url: self.common().connection.url.clone(), name, site }
    }

    /// The account behind its API token, if it has one.
    pub fn token_account(self) -> Option<Account> {
        match self {
            Self::FortiManager(entry) if entry.api_token.is_some() => {
                Some(Account { name: None, ..self.account() })
            }
            _ => None,
        }
    }

    /// The API user of FortiCloud that it signs in as first, for however many instances.
    pub fn api_user(self) -> Option<Account> {
        match self {
            Self::FortiManagerCloud(entry) => {
                let (url, name) = (entry.auth.url.clone(), Some(entry.api_id.clone()));
                Some(Account { system: "FortiCloud", url, name, site: None })
            }
            _ => None,
        }
    }

    /// Where it sends its credentials.
    pub fn sign_in(self) -> &'a Connection {
        match self {
            Self::FortiManagerCloud(entry) => &entry.auth,
            _ => &self.common().connection,
        }
    }

    /// Its secrets, each with the key that one written into the file has.
    pub fn secrets(self) -> Vec<(&'static str, &'a Secret)> {
        match self {
            Self::FortiManager(entry) => {
                let password = entry.login.as_ref().map(|login| ("password", &login.password));
                password
                    .into_iter()
                    .chain(entry.api_token.as_ref().map(|token| ("api_token", token)))
                    .collect()
            }
            Self::FortiManagerCloud(entry) => vec![("password", &entry.password)],
            Self::FortiAnalyzer(entry) => vec![("password", &entry.login.password)],
            Self::Ems(entry) => vec![("password", &entry.password)],
            Self::Cloud(entry) => vec![("access_key", &entry.access_key)],
        }
    }

    /// Every account it signs in with.
    pub fn accounts(self) -> impl Iterator<Item = Account> {
        std::iter::once(self.account()).chain(self.token_account()).chain(self.api_user())
    }
}
