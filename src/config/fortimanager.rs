//! A FortiManager: the ways in, and what is read through each.

use super::{Choice, Common, Connection, Secret};

/// A FortiManager, read through the API behind its own pages, by JSON-RPC, or both.
#[derive(Debug, PartialEq, Eq)]
pub struct FortiManager {
    /// Name, address and timing.
    pub common: Common,
    /// For the pages, which take nothing else. This or the token is given.
    pub login: Option<Login>,
    /// For JSON-RPC: the key of a REST API administrator.
    pub api_token: Option<Secret>,
    /// What to read, in the order of [`FortiManagerCollector`]; each by a way in that is given.
    pub collectors: Vec<FortiManagerCollector>,
    /// Whether the FortiCloud account (an e-mail address) and company become labels.
    pub account_info: bool,
    /// Whether each managed device gets series of its own, with its name or serial number as a label.
    pub device_series: bool,
}

impl FortiManager {
    /// Whether nothing that is read wants the login.
    pub fn has_idle_login(&self) -> bool {
        self.login.is_some() && !self.collectors.iter().any(|one| one.way_in() == WayIn::Login)
    }

    /// The token, if nothing that is read wants it; `license` may, while its page is gone.
    pub fn idle_token(&self) -> Option<&Secret> {
        let wants = |one: &FortiManagerCollector| {
            *one == FortiManagerCollector::License || one.way_in() == WayIn::Token
        };
        self.api_token.as_ref().filter(|_| !self.collectors.iter().any(wants))
    }

    /// Whether its address is that of an instance of FortiManager Cloud, which signs in otherwise.
    pub fn is_in_the_cloud(&self) -> bool {
        self.common.connection.url.host().ends_with(".fortimanager.forticloud.com")
    }
}

/// An instance of FortiManager Cloud, read by JSON-RPC.
#[derive(Debug, PartialEq, Eq)]
pub struct FortiManagerCloud {
    /// Name, address and timing.
    pub common: Common,
    /// Where FortiCloud gives an access token for the credentials.
    pub auth: Connection,
    /// The id of an API user of FortiCloud's IAM.
    pub api_id: String,
    /// That API user's password.
    pub password: Secret,
    /// What to read, in the order of [`FortiManagerCollector`]; by JSON-RPC, all of it.
    pub collectors: Vec<FortiManagerCollector>,
    /// As of a [`FortiManager`].
    pub account_info: bool,
    /// As of a [`FortiManager`].
    pub device_series: bool,
}

/// An administrator with a password.
#[derive(Debug, PartialEq, Eq)]
pub struct Login {
    /// A local read-only administrator.
    pub username: String,
    /// That administrator's password.
    pub password: Secret,
}

/// What a FortiManager target can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FortiManagerCollector {
    /// The licence page: contracts, limits, disk, GB/day.
    License,
    /// The contracts alone, by JSON-RPC.
    Contracts,
    /// Version, uptime, last backup, administrators signed in, clock.
    System,
    /// ADOMs in use.
    Adoms,
    /// The latest consistency report of each policy package.
    PolicyChecks,
    /// The cluster, by JSON-RPC.
    Ha,
    /// Tasks of the last day, by JSON-RPC.
    Tasks,
    /// The managed devices, by JSON-RPC.
    Devices,
    /// The contracts of the managed devices, by JSON-RPC.
    DeviceContracts,
}

/// One of those that are read by JSON-RPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ByRpc(pub(super) FortiManagerCollector);

/// A way into a FortiManager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WayIn {
    Login,
    Token,
}

impl FortiManagerCollector {
    /// What it cannot do without.
    pub(super) fn way_in(self) -> WayIn {
        match self {
            Self::License | Self::System | Self::Adoms | Self::PolicyChecks => WayIn::Login,
            Self::Contracts | Self::Ha | Self::Tasks | Self::Devices | Self::DeviceContracts => WayIn::Token,
        }
    }
}

impl Choice for FortiManagerCollector {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("license", Self::License),
        ("contracts", Self::Contracts),
        ("system", Self::System),
        ("adoms", Self::Adoms),
        ("policy_checks", Self::PolicyChecks),
        ("ha", Self::Ha),
        ("tasks", Self::Tasks),
        ("devices", Self::Devices),
        ("device_contracts", Self::DeviceContracts),
    ];

    /// The others may need rights that an account for the licence page lacks.
    const DEFAULT: &'static [Self] = &[Self::License];
}

impl Choice for ByRpc {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("contracts", Self(FortiManagerCollector::Contracts)),
        ("ha", Self(FortiManagerCollector::Ha)),
        ("tasks", Self(FortiManagerCollector::Tasks)),
        ("devices", Self(FortiManagerCollector::Devices)),
        ("device_contracts", Self(FortiManagerCollector::DeviceContracts)),
    ];

    const DEFAULT: &'static [Self] = &[Self(FortiManagerCollector::Contracts)];
}
