//! The exporter itself, as a process, polling simulated FortiManagers.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;
use std::time::Duration;

use fortinet_exporter::simulator::{FortiManager, demo_license};
use tokio::time::sleep;

use crate::Result;
use crate::process::{Process, free_address};

/// What a FortiManager with the demo's licence adds to the page, and what is there without any.
const SERIES_EACH: usize = 84;
const SERIES_ALWAYS: usize = 10;

/// The exporter and what it polls.
pub(crate) struct Exporter {
    pub(crate) process: Process,
    _systems: Vec<FortiManager>,
    _dir: tempfile::TempDir,
}

impl Exporter {
    /// With as many systems as make up a page of about so many series, each polled as often as by
    /// default, so that the page changes while it is served.
    pub(crate) async fn start(series: usize) -> Result<Self> {
        let mut systems = Vec::new();
        for _ in 0..(series.saturating_sub(SERIES_ALWAYS) / SERIES_EACH).max(1) {
            let system = FortiManager::start_plain().await?;
            system.set_license(demo_license(jiff::Timestamp::now()));
            systems.push(system);
        }
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("exporter.yml");
        // Soon everything has been polled once …
        fs::write(&file, config(&systems, "10s"))?;
        let address = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_fortinet-exporter"));
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--web.listen-address={address}"))
            .args(["--web.enable-lifecycle", "--log.level=error"]);
        let process = Process::start(&mut command, address, "/-/healthy").await?;
        while process.get("/-/ready", None).await.is_err() {
            sleep(Duration::from_millis(100)).await;
        }
        // … and from then on at the usual pace.
        fs::write(&file, config(&systems, "5m"))?;
        process.post("/-/reload").await?;
        Ok(Self { process, _systems: systems, _dir: dir })
    }

    /// Ends it; it signs out first.
    pub(crate) async fn stop(self) -> Result<()> {
        let Self { process, _systems, _dir } = self;
        tokio::task::spawn_blocking(|| process.stop()).await?
    }
}

fn config(systems: &[FortiManager], interval: &str) -> String {
    let mut config =
        format!("defaults: {{ interval: {interval}, stale_after: 1h, timeout: 10s }}\nfortimanagers:\n");
    for (number, system) in systems.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(
            config,
            "  - {{ name: fmg-{number}, url: '{}', username: exporter, password: demo-password, allow_plain_http: true }}",
            system.url()
        );
    }
    config
}
