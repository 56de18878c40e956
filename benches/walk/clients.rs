//! Clients that the exporter is measured beside, each a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::Result;
use crate::pages::ROWS;
use crate::server::Server;
use crate::usage::{self, Run};

/// As many as the exporter has on their way.
const CONNECTIONS: usize = 2;

/// This executable once more, as a client that throws away what it gets.
pub(crate) async fn download(server: &Server, total: usize) -> Result<Run> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("--download").arg(server.url());
    finished(server, total, command).await
}

/// Is that client, and prints how it went.
pub(crate) async fn play(url: &str, total: usize) -> Result<()> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .http1_only()
        .tls_danger_accept_invalid_certs(true)
        .build()?;
    // One for which connections are made and code is loaded.
    get(&http, url, 0).await?;
    let (idle, _) = usage::memory("self")?;
    usage::forget_peak("self")?;
    let (started, before) = (Instant::now(), usage::cpu("self")?);
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (http, url, next) = (http.clone(), url.to_owned(), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            loop {
                let offset = next.fetch_add(ROWS, Ordering::Relaxed);
                if offset >= total {
                    return Ok(());
                }
                get(&http, &url, offset).await?;
            }
        }));
    }
    for task in tasks {
        let result: Result<()> = task.await?;
        result?;
    }
    let (wall, cpu) = (started.elapsed().as_secs_f64(), usage::cpu("self")? - before);
    let (_, peak) = usage::memory("self")?;
    crate::say(&format!("{wall} {cpu} {idle} {peak}"));
    Ok(())
}

async fn get(http: &reqwest::Client, url: &str, offset: usize) -> Result<()> {
    let url = format!("{url}/api/v1/endpoints/index?offset={offset}&count={ROWS}");
    let mut reply = http.get(url).send().await?.error_for_status()?;
    while reply.chunk().await?.is_some() {}
    Ok(())
}

/// A Python that has requests.
pub(crate) fn python() -> Result<PathBuf> {
    let has_requests = |python: &Path| {
        let status = Command::new(python).args(["-c", "import requests"]).output();
        status.is_ok_and(|output| output.status.success())
    };
    let system = PathBuf::from("python3");
    if has_requests(&system) {
        return Ok(system);
    }
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
    let own = place.join("bin/python3");
    if !has_requests(&own) {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&place).status()?.success()
            && Command::new(&own).args(["-m", "pip", "install", "--quiet", "requests"]).status()?.success();
        if !made {
            return Err("no Python with requests could be made".into());
        }
    }
    Ok(own)
}

/// The same job in Python.
pub(crate) async fn peer(python: &Path, server: &Server, total: usize) -> Result<Run> {
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/ems.py")).arg("--url").arg(server.url());
    finished(server, total, command).await
}

async fn finished(server: &Server, total: usize, mut command: Command) -> Result<Run> {
    server.set_total(total);
    command.arg("--endpoints").arg(total.to_string());
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        return Err(String::from_utf8_lossy(&said).into_owned().into());
    }
    Run::read(&String::from_utf8_lossy(&output.stdout))
}
