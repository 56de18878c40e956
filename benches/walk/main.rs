//! A whole walk through the endpoint index, beside a client that only downloads
//! the same pages and the usual Python. Prints the tables of docs/performance.md.
//!
//! ```text
//! main.rs      arguments → rounds → tables
//! server.rs    an EMS that has its pages ready
//! exporter.rs  the exporter, as a process of its own
//! clients.rs   the others, likewise
//! usage.rs     what a process has used
//! ../index/    the pages
//! ../peers/    the Python
//! ../report/   what is printed, and how it ends
//! ```

#![forbid(unsafe_code)]

mod clients;
mod exporter;
#[path = "../index/pages.rs"]
mod pages;
#[path = "../report/mod.rs"]
mod report;
mod server;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use pages::{Pages, ROWS};
use server::Server;
use usage::Run;

use report::say;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Whatever else the machine does makes a round slower, never faster: the best counts.
const ROUNDS: usize = 3;

/// Pages that differ; of more, a server would need memory that the others want.
const DIFFERENT: usize = 40;

/// Measures a whole walk through the endpoint index.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many endpoints, thousands of them; without it nothing is done
    #[arg(long, value_name = "N")]
    endpoints: Option<usize>,

    /// Downloads the pages of this server, and throws them away
    #[arg(long, hide = true)]
    download: Option<String>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match (&arguments.download, arguments.endpoints) {
        (Some(url), Some(endpoints)) => clients::play(url, endpoints).await,
        (None, Some(endpoints)) => measure(endpoints).await,
        (_, None) => {
            say("nothing to do: give --endpoints N, see docs/performance.md");
            Ok(())
        }
    };
    report::end(result)
}

async fn measure(endpoints: usize) -> Result<()> {
    let server = Server::start(Pages::render(DIFFERENT)?).await?;
    let python = clients::python()?;
    let endpoints = endpoints.next_multiple_of(100 * ROWS);
    let mut few_above_idle = None;
    for total in [endpoints / 100, endpoints] {
        let (mut exporter, mut download) = (Run::WORST, Run::WORST);
        for _ in 0..ROUNDS {
            exporter = exporter.better(exporter::run(&server, total).await?);
            download = download.better(clients::download(&server, total).await?);
        }
        let python = clients::peer(&python, &server, total).await?;
        say(&format!("\n{total} endpoints, {} MB\n\n{}", server.bytes(total) / 1_000_000, Run::HEAD));
        say(&format!("| fortinet-exporter | {exporter} |"));
        say(&format!("| download alone | {download} |"));
        say(&format!("| Python, requests and json | {python} |"));
        say(&format!(
            "\nexporter to download: {:.2} of the wall time, {:.2} of the CPU time",
            exporter.wall / download.wall,
            exporter.cpu / download.cpu
        ));
        say(&format!(
            "Python to exporter: {:.1} times the wall time, {:.1} times the CPU time, {:.1} times the peak memory",
            python.wall / exporter.wall,
            python.cpu / exporter.cpu,
            python.peak / exporter.peak
        ));
        let above_idle = exporter.peak - exporter.idle;
        if let Some(few) = few_above_idle.replace(above_idle) {
            say(&format!("above idle: {:.2} times that of a hundredth of the endpoints", above_idle / few));
        }
    }
    Ok(())
}
