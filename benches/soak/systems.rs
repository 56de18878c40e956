//! The simulated systems: six FortiManagers to two EMS and two FortiClient
//! Clouds, all behind TLS.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Deref;

use fortinet_exporter::simulator::{self, Certificate, Cloud, Ems, Fleet, FortiManager, Simulation};

use crate::Result;

/// As many as make the index a walk, and no more: the endpoints' number is
/// measured elsewhere.
const ENDPOINTS: usize = 20;

/// One system of any kind.
pub(crate) enum System {
    FortiManager(FortiManager),
    Ems(Ems),
    Cloud(Cloud),
}

impl Deref for System {
    type Target = Simulation;

    fn deref(&self) -> &Simulation {
        match self {
            Self::FortiManager(system) => system,
            Self::Ems(system) => system,
            Self::Cloud(system) => system,
        }
    }
}

impl System {
    /// Where it signs in.
    pub(crate) fn login(&self) -> &'static str {
        match self {
            Self::FortiManager(_) => "/cgi-bin/module/flatui_auth",
            Self::Ems(_) => "/api/v1/auth/signin",
            Self::Cloud(_) => "/fct/api/public/v1/ems_api_cloud/login/",
        }
    }

    /// What its collectors read begins with this.
    pub(crate) fn pages(&self) -> &'static str {
        match self {
            Self::FortiManager(_) => "/cgi-bin/module/flatui/SysDashboard",
            Self::Ems(_) => "/api/v1/endpoints/index",
            Self::Cloud(_) => "/fct/api/public/v1/ems_api/api/v1/endpoints/index",
        }
    }
}

/// All of them.
pub(crate) struct Systems {
    systems: Vec<System>,
    pin: String,
}

impl Systems {
    pub(crate) async fn start(count: usize) -> Result<Self> {
        let certificate = Certificate::generate()?;
        let now = jiff::Timestamp::now();
        let mut systems = Vec::with_capacity(count);
        for number in 0..count {
            let fleet = Fleet::seeded(ENDPOINTS, now, number as u64);
            systems.push(match number % 10 {
                6 | 7 => {
                    let ems = Ems::start(&certificate).await?;
                    ems.set_fleet(fleet);
                    ems.set_license(simulator::demo_ems_license(now, "FCTEMS0000000001", ENDPOINTS));
                    // As the latest releases do.
                    ems.reissue_sessions(number % 10 == 7);
                    System::Ems(ems)
                }
                8 | 9 => {
                    let cloud = Cloud::start(&certificate).await?;
                    cloud.set_fleet(fleet);
                    cloud.set_license(simulator::demo_ems_license(now, "FCTEMS0000000001", ENDPOINTS));
                    System::Cloud(cloud)
                }
                _ => System::FortiManager(FortiManager::start(&certificate).await?),
            });
        }
        Ok(Self { systems, pin: certificate.sha256() })
    }

    pub(crate) fn len(&self) -> usize {
        self.systems.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&System> {
        self.systems.get(index)
    }

    /// The exporter's configuration. Each `round` has other settings for one
    /// target in fifty, so that a reload replaces that and those of the round before.
    pub(crate) fn config(&self, round: u32) -> String {
        let mut lists: BTreeMap<&str, String> = BTreeMap::new();
        for (number, system) in self.systems.iter().enumerate() {
            let (list, account) = match system {
                System::FortiManager(_) => ("fortimanagers", "username: exporter, password: demo-password"),
                System::Ems(_) => ("forticlient_ems", "username: exporter, password: demo-password"),
                System::Cloud(_) => {
                    ("forticlient_cloud", "account_email: it@example.com, access_key: demo-access-key")
                }
            };
            let timeout = if number % 50 == round as usize % 50 { "11s" } else { "10s" };
            let (url, pin) = (system.url(), &self.pin);
            // Writing into a String cannot fail.
            let _ = writeln!(
                lists.entry(list).or_default(),
                "  - {{ name: t{number}, url: \"{url}\", {account}, timeout: {timeout}, tls: {{ pin_sha256: {pin} }} }}"
            );
        }
        let lists: String = lists.into_iter().map(|(name, entries)| format!("{name}:\n{entries}")).collect();
        format!("defaults:\n  interval: 1s\n{lists}")
    }

    pub(crate) fn forget_requests(&self) {
        self.systems.iter().for_each(|system| system.forget_requests());
    }

    /// What the systems hold against the exporter so far.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        let mut wrongs = Vec::new();
        for (number, system) in self.systems.iter().enumerate() {
            let mut wrong = |what: String| wrongs.push(format!("t{number}: {what}"));
            system.violations().into_iter().for_each(&mut wrong);
            if system.most_sessions_open() > 1 {
                wrong(format!("{} sessions at once", system.most_sessions_open()));
            }
        }
        wrongs
    }

    /// Heals every system, lets the exporter end with `stop`, and tells where
    /// it has left its session open.
    pub(crate) async fn end(&self, stop: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
        for system in &self.systems {
            system.clear_overrides();
            system.resume().await?;
        }
        tokio::task::block_in_place(stop)?;
        let open = self.systems.iter().enumerate().filter(|(_, system)| system.open_sessions() > 0);
        Ok(open.map(|(number, _)| format!("t{number}: its session was left open")).collect())
    }
}
