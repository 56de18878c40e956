//! FortiManager, read through the API behind its own web pages ("flatui").
//!
//! ```text
//! session/     signing in and out, in either generation
//! license/     the licence page: payload → typed licence → samples
//! contract.rs  contract codes and texts
//! size.rs      sizes as the pages write them: "0#59.24 GB"
//! fuzzing.rs   what the fuzz targets reach for; in no other build
//! labels.rs    the label values that are known beforehand
//! metrics.rs   every `fortimanager_*` metric
//! system.rs    what they mean to a person
//! ```

mod contract;
#[cfg(fuzzing)]
pub mod fuzzing;
mod labels;
mod license;
pub mod metrics;
mod session;
mod size;
mod system;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::labels::label_values;
use self::license::LicenseCollector;
use self::session::FlatUi;
pub use self::system::SYSTEM;
use crate::config::{self, FortiManagerCollector};
use crate::poll::{Collector, SignOut, Target};
use crate::upstream::{Client, Deadline, Keeper, Logins};

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
    let flat_ui = FlatUi::new(client.clone(), config.username.clone());
    let keeper = Keeper::new(flat_ui, config.password.clone(), logins);
    let fortimanager = Arc::new(FortiManager { client, keeper });
    let collectors = config.collectors.iter().map(|collector| match collector {
        FortiManagerCollector::License => {
            let license = LicenseCollector::new(Arc::clone(&fortimanager), config.account_info);
            Arc::new(license) as Arc<dyn Collector>
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
