//! How fast the page is served, beside others that serve like pages. Prints
//! the tables of docs/performance.md.
//!
//! ```text
//! main.rs      arguments → each size → tables
//! exporter.rs  the exporter, polling simulated systems
//! peers.rs     the others: nginx, node_exporter, blackbox_exporter
//! minimal.rs   the usual way in Rust: axum, gather, encode
//! process.rs   a process that serves, and what it uses
//! load.rs      wrk, and what it says
//! ../report/   what is printed, and how it ends
//! ```

#![forbid(unsafe_code)]

mod exporter;
mod load;
mod minimal;
mod peers;
#[allow(dead_code, reason = "the measurement of targets asks for more")]
mod process;
#[path = "../report/mod.rs"]
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use exporter::Exporter;
use load::Load;
use process::Process;

use report::say;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Series on the page, about.
const SIZES: [usize; 3] = [100, 5_000, 100_000];

/// Measures how fast pages are served.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long each load lasts; without it nothing is done
    #[arg(long, value_name = "N")]
    seconds: Option<u32>,

    /// Plays the minimal server with the series of this page
    #[arg(long, hide = true)]
    minimal: Option<PathBuf>,

    /// Where it listens
    #[arg(long, hide = true, default_value = "127.0.0.1:0")]
    listen: String,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match (&arguments.minimal, arguments.seconds) {
        (Some(page), _) => minimal::play(page, &arguments.listen).await,
        (None, Some(seconds)) => measure(seconds).await,
        (None, None) => {
            say("nothing to do: give --seconds N, see docs/performance.md");
            Ok(())
        }
    };
    report::end(result)
}

async fn measure(seconds: u32) -> Result<()> {
    let load = Load::new(seconds)?;
    for size in SIZES {
        let dir = tempfile::tempdir()?;
        let exporter = Exporter::start(size).await?;
        let page = exporter.process.get("/metrics", None).await?;
        let series =
            page.split(|byte| *byte == b'\n').filter(|line| line.first().is_some_and(|first| *first != b'#'));
        say(&format!("\n{} series, {} bytes\n\n{}", series.count(), page.len(), load::HEAD));
        let packed = exporter.process.get("/metrics", Some("gzip")).await?;
        std::fs::write(dir.path().join("page.prom"), &page)?;
        std::fs::write(dir.path().join("page.prom.gz"), &packed)?;
        row(&load, &exporter.process, "fortinet-exporter", "/metrics", &[None, Some("gzip"), Some("zstd")])
            .await?;
        exporter.stop().await?;

        let nginx = peers::nginx(dir.path()).await?;
        row(&load, &nginx, "nginx, the same bytes as a file", "/page.prom", &[None, Some("gzip")]).await?;
        nginx.stop()?;
        let minimal = minimal::start(&dir.path().join("page.prom")).await?;
        row(&load, &minimal, "axum, gather and encode", "/metrics", &[None]).await?;
        minimal.stop()?;
        let node = peers::node_exporter(dir.path()).await?;
        row(&load, &node, "node_exporter, textfile", "/metrics", &[None, Some("gzip")]).await?;
        node.stop()?;
        if size == SIZES[0] {
            let blackbox = peers::blackbox_exporter(dir.path()).await?;
            row(&load, &blackbox, "blackbox_exporter, its own page", "/metrics", &[None, Some("gzip")])
                .await?;
            blackbox.stop()?;
        }
    }
    Ok(())
}

/// One server under each load, a line each.
async fn row(load: &Load, process: &Process, name: &str, path: &str, codings: &[Option<&str>]) -> Result<()> {
    let idle = process.resident()?;
    for coding in codings {
        let bytes = process.get(path, *coding).await?.len();
        let result = load.run(&process.url(path), *coding)?;
        let (resident, size) = (process.resident()?, process.binary_size()?);
        let coding = coding.unwrap_or("plain");
        say(&format!(
            "| {name} | {coding} | {bytes} | {result} | {:.1} | {:.1} | {:.1} |",
            idle as f64 / 1024.0,
            resident as f64 / 1024.0,
            size as f64 / 1e6
        ));
    }
    Ok(())
}
