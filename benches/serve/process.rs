//! A process that serves on a port of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::header::ACCEPT_ENCODING;
use tokio::time::{Instant, sleep};

use crate::Result;

/// For it to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Killed when dropped.
pub(crate) struct Process {
    child: Child,
    address: SocketAddr,
    http: reqwest::Client,
}

/// A port that is free now.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Process {
    /// Starts what listens on `address`, and waits until it answers.
    pub(crate) async fn start(command: &mut Command, address: SocketAddr, path: &str) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
        let http = reqwest::Client::builder().no_proxy().no_gzip().build()?;
        let process = Self { child, address, http };
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = process.get(path, None).await {
            if Instant::now() > deadline {
                return Err(format!("{program} does not answer: {error}").into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(process)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A page as it is sent.
    pub(crate) async fn get(&self, path: &str, coding: Option<&str>) -> Result<Vec<u8>> {
        let mut request = self.http.get(self.url(path));
        if let Some(coding) = coding {
            request = request.header(ACCEPT_ENCODING, coding);
        }
        Ok(request.send().await?.error_for_status()?.bytes().await?.into())
    }

    pub(crate) async fn post(&self, path: &str) -> Result<()> {
        self.http.post(self.url(path)).send().await?.error_for_status()?;
        Ok(())
    }

    /// Resident memory in KiB, of its workers as well.
    pub(crate) fn resident(&self) -> Result<u64> {
        let id = self.child.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
        let children = children.split_whitespace().map(str::to_owned);
        children.chain([id.to_string()]).map(|id| resident(&id)).sum()
    }

    /// Time of a core that it has used so far.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name, which may hold anything: in user mode and for it in the kernel, in ticks
        // of which Linux has shown a hundred a second for decades.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).map(str::parse::<u64>).sum::<std::result::Result<_, _>>()?;
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Of the executable, in bytes.
    pub(crate) fn binary_size(&self) -> Result<u64> {
        let path: PathBuf = fs::read_link(format!("/proc/{}/exe", self.child.id()))?;
        Ok(fs::metadata(path)?.len())
    }

    /// Ends it as the system would.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn resident(id: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
