//! FortiManager, read through the API behind its own web pages ("flatui").
//!
//! ```text
//! session/       signing in and out, in either generation
//! license/       the licence page: payload → typed licence → samples
//! system/        the dashboard's system information
//! adoms.rs       the list of ADOMs
//! policy_checks/ the latest consistency report of each policy package
//! proxy.rs       the data behind the pages
//! forward.rs     the databases behind the pages
//! contract.rs    contract codes and texts
//! fields.rs      the keys of an object, each read on its own
//! size.rs        sizes as the pages write them: "0#59.24 GB"
//! fuzzing.rs     what the fuzz targets reach for; in no other build
//! labels.rs      the label values that are known beforehand
//! metrics.rs     every `fortimanager_*` metric
//! vocabulary.rs  what they mean to a person
//! ```

mod adoms;
mod contract;
mod fields;
mod forward;
#[cfg(fuzzing)]
pub mod fuzzing;
mod labels;
mod license;
pub mod metrics;
mod policy_checks;
mod proxy;
mod session;
mod size;
mod system;
mod vocabulary;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use self::adoms::AdomsCollector;
pub use self::labels::label_values;
use self::license::LicenseCollector;
use self::policy_checks::PolicyChecksCollector;
use self::session::FlatUi;
use self::system::SystemCollector;
pub use self::vocabulary::SYSTEM;
use crate::config::{self, FortiManagerCollector};
use crate::poll::{Collector, SignOut, Target};
use crate::upstream::{Client, Deadline, Keeper, Logins};

/// It does not answer whom no administrator trusts.
const UNREACHABLE: &str =
    "check host and port in `url`, the firewalls on the way, and the trusted hosts of the administrator";

/// The session that all collectors of a FortiManager share.
struct FortiManager {
    client: Client,
    keeper: Keeper<FlatUi>,
}

impl SignOut for FortiManager {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(self.keeper.sign_out(deadline))
    }
}

/// A FortiManager as configured, ready to be polled.
pub fn target(config: &config::FortiManager, client: Client, logins: Logins) -> Target {
    let client = client.with_unreachable_hint(UNREACHABLE);
    let flat_ui = FlatUi::new(client.clone(), config.username.clone());
    let keeper = Keeper::new(flat_ui, config.password.clone(), logins);
    let fortimanager = Arc::new(FortiManager { client, keeper });
    let collectors = config.collectors.iter().map(|collector| -> Arc<dyn Collector> {
        let fortimanager = Arc::clone(&fortimanager);
        match collector {
            FortiManagerCollector::License => {
                Arc::new(LicenseCollector::new(fortimanager, config.account_info))
            }
            FortiManagerCollector::System => Arc::new(SystemCollector::new(fortimanager)),
            FortiManagerCollector::Adoms => Arc::new(AdomsCollector::new(fortimanager)),
            FortiManagerCollector::PolicyChecks => {
                // A walk may take longer than one request, but not so long that numbers grow stale over it.
                let longest = config.common.stale_after / 2;
                Arc::new(PolicyChecksCollector::new(fortimanager, longest))
            }
        }
    });
    Target {
        name: config.common.name.clone(),
        system: &SYSTEM,
        url: config.common.connection.url.to_string(),
        interval: config.common.interval,
        timeout: config.common.timeout,
        stale_after: config.common.stale_after,
        collectors: collectors.collect(),
        session: fortimanager,
    }
}
