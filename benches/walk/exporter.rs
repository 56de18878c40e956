//! The exporter itself, walking through the index.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::Result;
use crate::server::Server;
use crate::usage::{self, Run};

/// For a walk to end.
const PATIENCE: Duration = Duration::from_secs(120);

/// Killed when dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One walk of an exporter that has polled an empty index before.
pub(crate) async fn run(server: &Server, total: usize) -> Result<Run> {
    server.set_total(0);
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("exporter.yml");
    let config = format!(
        "forticlient_ems:\n  - {{ name: ems, url: '{}', username: exporter, password: demo-password, collectors: [endpoints], interval: 2s, stale_after: 1h, tls: {{ insecure_skip_verify: true }} }}\n",
        server.url()
    );
    fs::write(&file, config)?;
    let socket = dir.path().join("pages");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fortinet-exporter"));
    command
        .arg(format!("--config.file={}", file.display()))
        .arg(format!("--web.listen-address=unix:{}", socket.display()))
        .arg("--log.level=error")
        .stdin(Stdio::null());
    let process = Process(command.spawn()?);
    let id = process.0.id().to_string();
    let http = reqwest::Client::builder().no_proxy().unix_socket(socket).build()?;

    counted(&http, 0).await?;
    sleep(Duration::from_secs(3)).await;
    let (idle, _) = usage::memory(&id)?;
    let before = usage::cpu(&id)?;
    usage::forget_peak(&id)?;
    server.set_total(total);
    let page = counted(&http, total).await?;
    let cpu = usage::cpu(&id)? - before;
    let (_, peak) = usage::memory(&id)?;
    let wall = value(&page, "fortinet_exporter_collector_duration_seconds{").ok_or("no duration")?;
    Ok(Run { wall, cpu, idle, peak })
}

/// The page of metrics once so many endpoints were counted.
async fn counted(http: &reqwest::Client, endpoints: usize) -> Result<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        sleep(Duration::from_millis(50)).await;
        if let Ok(reply) = http.get("http://localhost/metrics").send().await {
            let page = reply.text().await?;
            if value(&page, "forticlient_ems_endpoints{") == Some(endpoints as f64) {
                return Ok(page);
            }
        }
        if Instant::now() > deadline {
            return Err("the exporter has not counted the endpoints".into());
        }
    }
}

fn value(page: &str, series: &str) -> Option<f64> {
    page.lines().find(|line| line.starts_with(series))?.rsplit(' ').next()?.parse().ok()
}
