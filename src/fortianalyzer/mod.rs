//! FortiAnalyzer, read through the pages that it has in common with FortiManager.
//!
//! That it is signed in to in the same way is known of 7.6.3; what its licence
//! page and its system information answer is not public, and read as a
//! FortiManager's. Its metrics have names of their own: a device of either is
//! another thing, and no board or alert of one meets the other unasked.
//!
//! ```text
//! metrics.rs     every `fortianalyzer_*` metric
//! vocabulary.rs  what they mean to a person
//! ```

pub mod metrics;
mod vocabulary;

use self::metrics::FAMILIES;
pub use self::vocabulary::SYSTEM;
use crate::config::{self, FortiAnalyzerCollector};
use crate::fortimanager::{self, Pages};
use crate::observation::LabelValues;
use crate::poll::Subject;
use crate::upstream::{Client, Logins};

/// A FortiAnalyzer as configured.
pub fn target(config: &config::FortiAnalyzer, client: Client, logins: Logins) -> Subject {
    let pages = Pages::new(&SYSTEM, client, &config.login, logins);
    let collectors = config.collectors.iter().map(|collector| match collector {
        FortiAnalyzerCollector::License => pages.license(config.account_info, &FAMILIES),
        FortiAnalyzerCollector::System => pages.system(&FAMILIES),
    });
    Subject { system: &SYSTEM, collectors: collectors.collect(), session: pages }
}

/// The label values of every `fortianalyzer_*` metric that are known beforehand.
pub fn label_values() -> Vec<LabelValues> {
    fortimanager::label_values_of(&FAMILIES)
}
