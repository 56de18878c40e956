//! The measured process: this executable once more, in which the daemon runs
//! as in `src/main.rs`. It tells its address and, when asked, its tasks, on
//! stdout, and ends when its stdin does.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use fortinet_exporter::config::Config;
use fortinet_exporter::daemon::{Daemon, Serving, Source};
use fortinet_exporter::sharding::Shard;
use fortinet_exporter::telemetry::logging::{self, Format};
use fortinet_exporter::web::Prefix;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing::level_filters::LevelFilter;

use crate::Result;
use crate::usage::Usage;

/// Is the exporter, until stdin ends.
pub(crate) async fn play(file: &Path) -> Result<()> {
    // Written like any log, though nobody reads it.
    logging::init(LevelFilter::INFO, Format::Logfmt);
    let source = Source { file: file.to_owned(), signal: signal(SignalKind::hangup())? };
    let config = Config::load(file)?;
    let serving = Serving {
        addresses: vec!["127.0.0.1:0".parse()?],
        inherited: None,
        web_config: None,
        telemetry_path: "/metrics".to_owned(),
        route_prefix: Prefix::default(),
        max_requests: 40,
        process_metrics: true,
        lifecycle: true,
        shard: Shard::ONLY,
    };
    let daemon = Daemon::start(config, serving, Some(source))?;
    let address = daemon.addresses().first().ok_or("no address")?;
    answer(&address.to_string())?;
    let (stop, stopped) = oneshot::channel();
    let runtime = Handle::current();
    std::thread::spawn(move || {
        // Each line is a question.
        for line in std::io::stdin().lines() {
            let told = answer(&runtime.metrics().num_alive_tasks().to_string());
            if line.is_err() || told.is_err() {
                break;
            }
        }
        stop.send(())
    });
    daemon
        .run(async {
            // An error is an end as well.
            let _ = stopped.await;
        })
        .await?;
    Ok(())
}

fn answer(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}

/// The measured process, from outside.
pub(crate) struct Exporter {
    child: Child,
    answers: BufReader<ChildStdout>,
    address: String,
    config: PathBuf,
    _dir: tempfile::TempDir,
    http: reqwest::Client,
}

impl Exporter {
    pub(crate) fn start(config: &str) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("soak.yml");
        std::fs::write(&path, config)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--exporter")
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut answers = BufReader::new(child.stdout.take().ok_or("no pipe")?);
        let address = read_line(&mut answers)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { child, answers, address, config: path, _dir: dir, http })
    }

    pub(crate) fn metrics_url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// Lets it read its configuration again.
    pub(crate) async fn reload(&self, config: &str) -> Result<()> {
        std::fs::write(&self.config, config)?;
        let url = format!("http://{}/-/reload", self.address);
        self.http.post(url).send().await?.error_for_status()?;
        Ok(())
    }

    /// What it uses now.
    pub(crate) fn usage(&mut self) -> Result<Usage> {
        let questions = self.child.stdin.as_mut().ok_or("no pipe")?;
        questions.write_all(b"tasks\n")?;
        let tasks = read_line(&mut self.answers)?.parse()?;
        Usage::of(self.child.id(), tasks)
    }

    /// Lets it sign out everywhere and end.
    pub(crate) fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the exporter ended with {status}").into()) }
    }
}

fn read_line(from: &mut BufReader<ChildStdout>) -> Result<String> {
    let mut line = String::new();
    match from.read_line(&mut line)? {
        0 => Err("the exporter has ended".into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}
