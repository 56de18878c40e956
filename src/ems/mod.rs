//! FortiClient EMS, on-prem and behind the FortiClient Cloud gateway.
//!
//! ```text
//! access.rs      what a session adds to a request, the same for both doors
//! onprem.rs      signing in to an EMS: cookies
//! cloud.rs       signing in to the gateway: a session id in a header
//! envelope.rs    `{"result": {"retval": …}, "data": …}` and its errors
//! endpoints/     the endpoint index: page → row → counted fleet → samples
//! summary.rs     in its place, what EMS counts itself
//! donut.rs       the shares of EMS's dashboard
//! license.rs     seats and expiry
//! known.rs       what is known of the answers, beyond what is read
//! fuzzing.rs     what the fuzz targets reach for; in no other build
//! metrics.rs     every `forticlient_ems_*` metric
//! vocabulary.rs  what they mean to a person
//! ```

mod access;
mod cloud;
mod donut;
mod endpoints;
mod envelope;
#[cfg(fuzzing)]
pub mod fuzzing;
mod known;
mod license;
pub mod metrics;
mod onprem;
mod summary;
mod vocabulary;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use self::access::Access;
use self::cloud::Gateway;
use self::endpoints::EndpointsCollector;
pub use self::endpoints::label_values;
pub use self::endpoints::{Census, Flaw};
pub use self::known::VOCABULARY;
use self::license::LicenseCollector;
use self::onprem::OnPrem;
use self::summary::SummaryCollector;
pub use self::vocabulary::{CLOUD, ON_PREM};
use crate::config::{self, EmsCollector, Endpoints};
use crate::observation::System;
use crate::poll::{Collector, SignOut, Subject};
use crate::upstream::{Client, Deadline, Keeper, Logins, SignIn};

/// The session that all collectors of an EMS share, through either door.
struct Ems<S: SignIn<Session = Access>> {
    client: Client,
    keeper: Keeper<S>,
}

impl<S: SignIn<Session = Access>> SignOut for Ems<S> {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(self.keeper.sign_out(deadline))
    }
}

/// An on-prem EMS as configured.
pub fn target(config: &config::Ems, client: Client, logins: Logins) -> Subject {
    let door = OnPrem::new(client.clone(), config.username.clone(), config.site.clone());
    let keeper = Keeper::new(door, config.password.clone(), logins);
    build(&ON_PREM, &config.common, &config.fleet, Ems { client, keeper })
}

/// A FortiClient Cloud instance as configured.
pub fn cloud_target(config: &config::Cloud, client: Client, logins: Logins) -> Subject {
    let door = Gateway::new(client.clone(), config.account_email.clone());
    let keeper = Keeper::new(door, config.access_key.clone(), logins);
    build(&CLOUD, &config.common, &config.fleet, Ems { client, keeper })
}

fn build<S: SignIn<Session = Access>>(
    system: &'static System,
    common: &config::Common,
    fleet: &config::Fleet,
    ems: Ems<S>,
) -> Subject {
    let ems = Arc::new(ems);
    let collectors = fleet.collectors.iter().map(|collector| match collector {
        EmsCollector::Endpoints => {
            let longest = common.longest_walk();
            match &fleet.endpoints {
                Endpoints::Index { paging, by } => {
                    Arc::new(EndpointsCollector::new(Arc::clone(&ems), *paging, by.clone(), longest))
                        as Arc<dyn Collector>
                }
                Endpoints::Summary => Arc::new(SummaryCollector::new(Arc::clone(&ems), longest)),
            }
        }
        EmsCollector::License => Arc::new(LicenseCollector::new(Arc::clone(&ems))) as Arc<dyn Collector>,
    });
    Subject { system, collectors: collectors.collect(), session: ems }
}
