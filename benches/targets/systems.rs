//! The simulated FortiManagers.

use std::fmt::Write as _;
use std::time::Duration;

use fortinet_exporter::simulator::{Certificate, FortiManager, demo_license};
use serde_json::{Value, json};

use crate::Result;

/// All of them, behind one certificate.
pub(crate) struct Systems {
    systems: Vec<FortiManager>,
    pin: String,
    license: Value,
}

impl Systems {
    pub(crate) async fn start(count: usize) -> Result<Self> {
        check_descriptors(count)?;
        let certificate = Certificate::generate()?;
        let mut systems = Vec::with_capacity(count);
        for _ in 0..count {
            systems.push(FortiManager::start(&certificate).await?);
        }
        let license = demo_license(jiff::Timestamp::now());
        Ok(Self { systems, pin: certificate.sha256(), license })
    }

    pub(crate) fn len(&self) -> usize {
        self.systems.len()
    }

    /// Gives this system numbers that it has not had before: what it logs and
    /// stores changes from poll to poll.
    pub(crate) fn change(&self, index: usize, step: usize) {
        let Some(system) = self.systems.get(index) else { return };
        let mut license = self.license.clone();
        if let Some(fields) = license.as_object_mut() {
            let changing = (index * 7 + step) % 1000;
            fields.insert("used_gb_day".into(), json!(format!("0#3.{changing:03}")));
            fields.insert("used_disk_gb".into(), json!(format!("798.{changing:03}")));
        }
        system.set_license(license);
        system.forget_requests();
    }

    pub(crate) fn config(&self, interval: Duration) -> String {
        let interval = humantime::format_duration(interval);
        let mut config = format!("defaults: {{ interval: {interval} }}\nfortimanagers:\n");
        for (number, system) in self.systems.iter().enumerate() {
            // Writing into a String cannot fail.
            let _ = writeln!(
                config,
                "  - {{ name: fmg-{number}, url: '{}', username: exporter, password: demo-password, tls: {{ pin_sha256: {} }} }}",
                system.url(),
                self.pin
            );
        }
        config
    }

    pub(crate) fn open_sessions(&self) -> usize {
        self.systems.iter().map(|system| system.open_sessions()).sum()
    }
}

/// A listener each, and a connection for as long as a poll takes and some seconds more.
fn check_descriptors(systems: usize) -> Result<()> {
    let needed = systems as u64 * 3 / 2 + 200;
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit =
        line.and_then(|line| line.split_whitespace().next()).and_then(|limit| limit.parse::<u64>().ok());
    match limit {
        Some(limit) if limit < needed => {
            let what =
                format!("only {limit} files may be open: run `ulimit -n {needed}` in this shell first");
            Err(what.into())
        }
        _ => Ok(()),
    }
}
