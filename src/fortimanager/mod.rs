//! FortiManager, read through the API behind its own web pages ("flatui") and by JSON-RPC.
//!
//! FortiAnalyzer has the same pages; what reads them takes the product's names
//! for its metrics and messages.
//!
//! ```text
//! session/       signing in to the pages and out of them, in either generation
//! license/       the licence page: payload → typed licence → samples
//! system/        the dashboard's system information
//! adoms.rs       the list of ADOMs
//! policy_checks/ the latest consistency report of each policy package
//! envelope.rs    how an answer says whether all went well
//! csrf.rs        the tokens that prove a request was meant
//! proxy.rs       the data behind the pages
//! forward.rs     the databases behind the pages
//! rpc/           JSON-RPC, with an API token or in a session of FortiManager Cloud
//! contracts.rs   the contracts by JSON-RPC
//! ha.rs          the cluster
//! tasks.rs       tasks of the last day
//! devices/       the managed devices
//! device_contracts.rs
//!                the contracts of the managed devices
//! days_left.rs   ends, counted by how long they are away
//! contract/      a contract from either: codes, texts, items → samples
//! families.rs    the metrics that FortiAnalyzer has as well, under either's names
//! fields.rs      the keys of an object, each read on its own
//! choice.rs      choices that come as numbers or as words
//! size.rs        sizes as the pages write them: "0#59.24 GB"
//! known/         what is known of the answers, beyond what is read
//! fuzzing.rs     what the fuzz targets reach for; in no other build
//! labels.rs      the label values that are known beforehand
//! metrics.rs     every `fortimanager_*` metric
//! vocabulary.rs  what they mean to a person; what of it should stand otherwise (alarms.rs)
//! ```

mod adoms;
pub(crate) mod alarms;
mod choice;
mod contract;
mod contracts;
mod csrf;
mod days_left;
mod device_contracts;
mod devices;
mod envelope;
pub(crate) mod families;
mod fields;
mod forward;
#[cfg(fuzzing)]
pub mod fuzzing;
mod ha;
mod known;
mod labels;
mod license;
pub mod metrics;
mod policy_checks;
mod proxy;
mod rpc;
mod session;
mod size;
mod system;
mod tasks;
mod vocabulary;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use self::adoms::AdomsCollector;
use self::contracts::ContractsCollector;
use self::device_contracts::DeviceContractsCollector;
use self::devices::DevicesCollector;
use self::families::Families;
use self::ha::HaCollector;
pub use self::known::VOCABULARY;
pub use self::labels::label_values;
pub(crate) use self::labels::label_values_of;
use self::license::LicenseCollector;
use self::metrics::FAMILIES;
use self::policy_checks::PolicyChecksCollector;
use self::rpc::{FortiCloud, Rpc};
use self::session::FlatUi;
use self::system::SystemCollector;
use self::tasks::TasksCollector;
pub use self::vocabulary::{CLOUD, SYSTEM};
use crate::config::{self, Common, FortiManagerCollector, Login};
use crate::observation::System;
use crate::poll::{Collector, SignOut, Subject};
use crate::upstream::{Client, Deadline, Keeper, Logins, Refusals};

/// It does not answer whom no administrator trusts.
const UNREACHABLE: &str =
    "check host and port in `url`, the firewalls on the way, and the trusted hosts of the administrator";

/// The session that all collectors share who read pages.
pub(crate) struct Pages {
    client: Client,
    keeper: Keeper<FlatUi>,
}

impl Pages {
    /// Those of a system that such a login opens.
    pub(crate) fn new(system: &System, client: Client, login: &Login, logins: Logins) -> Arc<Self> {
        let client = client.with_unreachable_hint(UNREACHABLE);
        let flat_ui = FlatUi::new(system.name, client.clone(), login.username.clone());
        Arc::new(Self { client, keeper: Keeper::new(flat_ui, login.password.clone(), logins) })
    }

    /// Their collector `license`.
    pub(crate) fn license(
        self: &Arc<Self>,
        account_info: bool,
        families: &'static Families,
    ) -> Arc<dyn Collector> {
        Arc::new(LicenseCollector::new(Arc::clone(self), None, account_info, families))
    }

    /// Their collector `system`.
    pub(crate) fn system(self: &Arc<Self>, families: &'static Families) -> Arc<dyn Collector> {
        Arc::new(SystemCollector::new(Arc::clone(self), families))
    }
}

impl SignOut for Pages {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(self.keeper.sign_out(deadline))
    }
}

/// What there is to sign out of: a token is not a session.
struct Session(Option<Arc<Pages>>);

impl SignOut for Session {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let Some(pages) = &self.0 {
                pages.sign_out(deadline).await;
            }
        })
    }
}

/// A FortiManager as configured. `token_logins` are those of its API token.
pub fn target(
    config: &config::FortiManager,
    client: Client,
    logins: Logins,
    token_logins: Option<Logins>,
) -> Subject {
    let client = client.with_unreachable_hint(UNREACHABLE);
    let rpc = config.api_token.clone().zip(token_logins);
    let rpc = rpc.map(|(token, logins)| Arc::new(Rpc::by_token(&client, token, logins)));
    let pages = config.login.as_ref().map(|login| Pages::new(&SYSTEM, client, login, logins));
    // A configuration has no collector without its way in.
    let collectors = config.collectors.iter().filter_map(|collector| -> Option<Arc<dyn Collector>> {
        let (pages, rpc) = (pages.clone(), rpc.clone());
        Some(match collector {
            FortiManagerCollector::License => {
                Arc::new(LicenseCollector::new(pages?, rpc, config.account_info, &FAMILIES))
            }
            FortiManagerCollector::System => pages?.system(&FAMILIES),
            FortiManagerCollector::Adoms => Arc::new(AdomsCollector::new(pages?)),
            FortiManagerCollector::PolicyChecks => {
                Arc::new(PolicyChecksCollector::new(pages?, config.common.longest_walk()))
            }
            _ => by_rpc(*collector, rpc?, config.account_info, config.device_series, &config.common)?,
        })
    });
    Subject { system: &SYSTEM, collectors: collectors.collect(), session: Arc::new(Session(pages)) }
}

/// An instance of FortiManager Cloud as configured. `auth` leads to where an
/// access token is given, for which `api_user` has the credentials refused so far.
pub fn cloud_target(
    config: &config::FortiManagerCloud,
    client: Client,
    auth: Client,
    logins: Logins,
    api_user: Refusals,
) -> Subject {
    let door = FortiCloud::new(auth, client.clone(), config.api_id.clone(), api_user);
    let rpc = Arc::new(Rpc::in_session(client, door, config.password.clone(), logins));
    let collectors = config.collectors.iter().filter_map(|collector| {
        by_rpc(*collector, Arc::clone(&rpc), config.account_info, config.device_series, &config.common)
    });
    Subject { system: &CLOUD, collectors: collectors.collect(), session: rpc }
}

/// A collector that reads by JSON-RPC; `None` for one of the pages.
fn by_rpc(
    collector: FortiManagerCollector,
    rpc: Arc<Rpc>,
    account_info: bool,
    device_series: bool,
    common: &Common,
) -> Option<Arc<dyn Collector>> {
    Some(match collector {
        FortiManagerCollector::Contracts => Arc::new(ContractsCollector::new(rpc, account_info)),
        FortiManagerCollector::Devices => {
            Arc::new(DevicesCollector::new(rpc, device_series, common.longest_walk()))
        }
        FortiManagerCollector::DeviceContracts => Arc::new(DeviceContractsCollector::new(rpc, device_series)),
        FortiManagerCollector::Ha => Arc::new(HaCollector::new(rpc)),
        FortiManagerCollector::Tasks => Arc::new(TasksCollector::new(rpc)),
        FortiManagerCollector::License
        | FortiManagerCollector::System
        | FortiManagerCollector::Adoms
        | FortiManagerCollector::PolicyChecks => return None,
    })
}
