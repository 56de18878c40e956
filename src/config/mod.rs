//! YAML in, a [`Config`] out that cannot hold a wrong value.
//!
//! ```text
//! raw.rs            the shape of the file as serde sees it, nothing checked
//! validate/         raw → Config; collects every problem, each with its place
//! fortimanager.rs   the ways into a FortiManager, its own and the cloud's, and what is read
//! fortianalyzer.rs  a FortiAnalyzer, and what is read of it
//! fleet.rs          what is read of an endpoint fleet
//! entry.rs          one target of any system, and whether a reload changed it
//! ```
//!
//! How the text is read, and how a message about it looks, is in `settings`.
//!
//! Everything past this module works with checked values only: a URL that
//! parses, a period within bounds, exactly one source per secret.

mod entry;
mod fleet;
mod fortianalyzer;
mod fortimanager;
mod raw;
mod secret;
mod tls;
mod url;
mod validate;

use std::fmt;
use std::path::Path;
use std::time::Duration;

pub use self::entry::{Account, Entry};
use self::fleet::Counting;
pub use self::fleet::{EmsCollector, Endpoints, Fleet, Grouping, Paging};
pub use self::fortianalyzer::{FortiAnalyzer, FortiAnalyzerCollector};
use self::fortimanager::{ByRpc, WayIn};
pub use self::fortimanager::{FortiManager, FortiManagerCloud, FortiManagerCollector, Login};
pub use self::secret::{Secret, SecretError};
pub use self::tls::{MinVersion, Pin, Tls, Trust};
pub use self::url::BaseUrl;
use crate::settings::yaml;
pub use crate::settings::{Error, Problem};

/// The whole configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// How many targets may be polled at once.
    pub max_concurrent_polls: usize,
    /// FortiManagers, in file order.
    pub fortimanagers: Vec<FortiManager>,
    /// Instances of FortiManager Cloud.
    pub fortimanager_cloud: Vec<FortiManagerCloud>,
    /// FortiAnalyzers.
    pub fortianalyzers: Vec<FortiAnalyzer>,
    /// FortiClient EMS servers, on-prem.
    pub forticlient_ems: Vec<Ems>,
    /// FortiClient Cloud instances.
    pub forticlient_cloud: Vec<Cloud>,
}

/// Far more than are polled at once while systems answer, and connections that any process may open.
pub const DEFAULT_CONCURRENT_POLLS: usize = 256;

impl Default for Config {
    fn default() -> Self {
        Self {
            max_concurrent_polls: DEFAULT_CONCURRENT_POLLS,
            fortimanagers: Vec::new(),
            fortimanager_cloud: Vec::new(),
            fortianalyzers: Vec::new(),
            forticlient_ems: Vec::new(),
            forticlient_cloud: Vec::new(),
        }
    }
}

impl Config {
    /// Reads and checks the file at `path`.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = yaml::read(path, &raw::FORM)?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Checks `text`; `origin` is what messages call it.
    ///
    /// ```
    /// use fortinet_exporter::config::Config;
    ///
    /// let text = "fortimanagers: [{ name: a, url: 'https://fmg', username: x, password: y }]";
    /// assert_eq!(Config::parse(text, "a.yml")?.to_string(), "1 target");
    ///
    /// let error = Config::parse("fortimanager: []", "a.yml").unwrap_err().to_string();
    /// assert!(error.contains("a.yml:1:1: there is no key `fortimanager` here"), "{error}");
    /// assert!(error.contains("fix: did you mean `fortimanagers`?"), "{error}");
    /// # Ok::<(), fortinet_exporter::config::Error>(())
    /// ```
    pub fn parse(text: &str, origin: &str) -> Result<Self, Error> {
        Self::check(text, origin, None)
    }

    /// Reads the file at `path` and checks the target called `name` alone: one
    /// can be tried while the others are not ready yet.
    pub fn load_only(path: &Path, name: &str) -> Result<Self, Error> {
        Self::check(&yaml::read(path, &raw::FORM)?, &path.display().to_string(), Some(name))
    }

    fn check(text: &str, origin: &str, only: Option<&str>) -> Result<Self, Error> {
        yaml::parse(text, origin, &raw::FORM, |raw| validate::validate(raw, only))
    }

    /// The same with those targets alone whose name is wanted.
    pub fn only(mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        self.fortimanagers.retain(|entry| is_wanted(&entry.common.name));
        self.fortimanager_cloud.retain(|entry| is_wanted(&entry.common.name));
        self.fortianalyzers.retain(|entry| is_wanted(&entry.common.name));
        self.forticlient_ems.retain(|entry| is_wanted(&entry.common.name));
        self.forticlient_cloud.retain(|entry| is_wanted(&entry.common.name));
        self
    }

    /// How many targets are configured.
    pub fn targets(&self) -> usize {
        self.entries().count()
    }

    /// Every target: the FortiManagers, those in the cloud, the FortiAnalyzers, the EMS servers, the Cloud
    /// instances, each in file order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let fortimanagers = self.fortimanagers.iter().map(Entry::FortiManager);
        let fortimanager_cloud = self.fortimanager_cloud.iter().map(Entry::FortiManagerCloud);
        let fortianalyzers = self.fortianalyzers.iter().map(Entry::FortiAnalyzer);
        let ems = self.forticlient_ems.iter().map(Entry::Ems);
        let cloud = self.forticlient_cloud.iter().map(Entry::Cloud);
        fortimanagers.chain(fortimanager_cloud).chain(fortianalyzers).chain(ems).chain(cloud)
    }
}

/// What every target has, whatever its system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The label `target`; unique across the file.
    pub name: String,
    /// How to reach it.
    pub connection: Connection,
    /// Time from the start of one poll to the start of the next.
    pub interval: Duration,
    /// Limit of one whole poll; for the EMS index, of one page.
    pub timeout: Duration,
    /// Age at which the numbers of the last good poll stop being shown.
    pub stale_after: Duration,
}

impl Common {
    /// Limit of a walk of many requests: while it lasts, nothing else is read, and what was read ages.
    pub fn longest_walk(&self) -> Duration {
        self.stale_after / 2
    }
}

/// Where a target is and how its identity is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Scheme, host, port and an optional path prefix.
    pub url: BaseUrl,
    /// Which certificate is accepted.
    pub tls: Tls,
    /// An HTTP proxy; the environment's proxy variables are never used.
    pub proxy: Option<BaseUrl>,
}

/// A FortiClient EMS in one's own data centre.
#[derive(Debug, PartialEq, Eq)]
pub struct Ems {
    /// Name, address and timing.
    pub common: Common,
    /// The site (multi-tenancy) to sign in to; `None` leaves the choice to EMS.
    pub site: Option<String>,
    /// An EMS administrator, or `domain\user`.
    pub username: String,
    /// That administrator's password.
    pub password: Secret,
    /// What to read of the fleet.
    pub fleet: Fleet,
}

/// A FortiClient Cloud instance behind its gateway.
#[derive(Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Name, address and timing.
    pub common: Common,
    /// E-mail of the account that made the access key.
    pub account_email: String,
    /// The EMS API access key.
    pub access_key: Secret,
    /// What to read of the fleet.
    pub fleet: Fleet,
}

/// A word of the file that stands for one of a few things.
trait Choice: Copy + Ord + 'static {
    /// Every choice with its word, in canonical order.
    const WORDS: &'static [(&'static str, Self)];

    /// What is chosen where nothing is said.
    const DEFAULT: &'static [Self];
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.targets();
        write!(f, "{n} target{}", if n == 1 { "" } else { "s" })
    }
}
