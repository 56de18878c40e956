//! `demo --with-prometheus`: a Prometheus beside the demo, with the alert rules of this project.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout};

use super::folder::Folder;

const PROGRAM: &str = "prometheus";
/// Runs it until it ends or the demo has gone, however that went: then the standard input is at its end. A
/// watch that outlived it could end whoever gets its number next.
const COMPANION: &str = r#"
command -v "$0" >/dev/null || exit 127
exec 3<&0
"$0" "$@" 3<&- </dev/null & it=$!
{ read -r _ <&3; kill "$it"; sleep 5; kill -9 "$it"; } 2>/dev/null & watch=$!
wait "$it"; status=$?
kill "$watch" 2>/dev/null
exit "$status"
"#;
const NOT_FOUND: i32 = 127;
const RULES: &str = include_str!("../../deploy/prometheus/fortinet.rules.yml");
/// In the demo the rules are looked at as often as it is scraped.
const PACE: &str = "    interval: 1m\n";
/// Where Prometheus is expected, if nobody is there.
const USUAL_PORT: u16 = 9090;
/// It is ready within a second, on a busy machine within some.
const PATIENCE: Duration = Duration::from_secs(60);
/// Then it is asked again.
const ANSWER: Duration = Duration::from_secs(2);

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none to run.
    #[error(
        "--with-prometheus: no program `{PROGRAM}` on the PATH; install it (the Debian package is called \
         prometheus, others are at https://prometheus.io/download), or run the demo without the flag"
    )]
    Missing,
    /// It could not come in.
    #[error(
        "--with-prometheus: it has no password or certificate for a demo that --web.config.file protects; leave out \
         one of the two flags"
    )]
    Protected,
    /// Its files cannot be written, or it cannot be started.
    #[error("--with-prometheus: Prometheus cannot be started: {0}")]
    Start(#[from] io::Error),
    /// It ended, or did nothing.
    #[error("--with-prometheus: {0}; the last it said: {1}")]
    Useless(String, String),
}

/// A running Prometheus, ended with the demo. What it has stored goes with it.
pub(super) struct Prometheus {
    process: Child,
    lifeline: Option<ChildStdin>,
    address: SocketAddr,
    /// The path of its page of alerts.
    alerts: &'static str,
    dir: Folder,
}

impl Prometheus {
    /// Starts it, to scrape `exporter` (host and port), and waits until it answers.
    pub(super) async fn start(exporter: &str, telemetry_path: &str) -> Result<Self, Error> {
        let dir = Folder::create()?;
        let config = dir.path().join("prometheus.yml");
        std::fs::write(dir.path().join("fortinet.rules.yml"), RULES.replace(PACE, ""))?;
        std::fs::write(&config, configuration(exporter, telemetry_path))?;
        let log = File::create(dir.path().join("log"))?;
        let address = free_address()?;
        let mut process = Command::new("/bin/sh")
            .args(["-c", COMPANION, PROGRAM])
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C is for the demo, which then ends what it has started.
            .process_group(0)
            .spawn()?;
        let lifeline = process.stdin.take();
        let mut prometheus = Self { process, lifeline, address, alerts: "/alerts", dir };
        prometheus.answers().await?;
        if !prometheus.has(prometheus.alerts).await? {
            // Debian builds Prometheus without its newer pages.
            prometheus.alerts = "/classic/alerts";
        }
        Ok(prometheus)
    }

    /// Its page of alerts.
    pub(super) fn alerts(&self) -> String {
        format!("http://localhost:{}{}", self.address.port(), self.alerts)
    }

    /// Resolves if it ends by itself.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Ends it.
    pub(super) async fn stop(mut self) {
        drop(self.lifeline.take());
        // An error says that it has ended already.
        let _ = self.process.wait().await;
    }

    async fn is_ready(&self) -> bool {
        matches!(timeout(ANSWER, self.has("/-/ready")).await, Ok(Ok(true)))
    }

    /// Whether it has a page.
    async fn has(&self, page: &str) -> io::Result<bool> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!("GET {page} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(64).read_to_end(&mut answer).await?;
        Ok(answer.starts_with(b"HTTP/1.0 200"))
    }

    async fn answers(&mut self) -> Result<(), Error> {
        let started = Instant::now();
        // Until it is ready it refuses all other pages.
        while !self.is_ready().await {
            if let Some(status) = self.process.try_wait()? {
                if status.code() == Some(NOT_FOUND) {
                    return Err(Error::Missing);
                }
                return Err(Error::Useless(format!("Prometheus ended ({status})"), self.last_words()));
            }
            if started.elapsed() > PATIENCE {
                let words = format!("Prometheus was not ready at {} within a minute", self.address);
                return Err(Error::Useless(words, self.last_words()));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        log.lines().last().unwrap_or("nothing").to_owned()
    }
}

fn configuration(exporter: &str, telemetry_path: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    format!(
        "\
global: {{ scrape_interval: 5s, evaluation_interval: 5s }}
rule_files: [fortinet.rules.yml]
scrape_configs:
  - job_name: fortinet
    metrics_path: {}
    static_configs: [{{ targets: [{}] }}]
",
        quoted(telemetry_path),
        quoted(exporter)
    )
}

/// The usual port, or any that is free: Prometheus cannot be asked which one it took.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, USUAL_PORT))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?
        .local_addr()
}
