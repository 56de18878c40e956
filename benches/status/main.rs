//! How long the status page takes over many targets. Prints the table of
//! docs/performance.md.
//!
//! ```text
//! main.rs     arguments → targets → each page → table
//! targets.rs  a store of targets with what simulated systems answered
//! ../report/  what is printed, and how it ends
//! ```

#![forbid(unsafe_code)]

#[path = "../report/mod.rs"]
mod report;
mod targets;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use clap::Parser;
use fortinet_exporter::exposition::Page;
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::web::{Site, router};
use tower::ServiceExt as _;

use targets::Targets;

use report::say;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Requests for each page.
const REQUESTS: usize = 100;

/// What a person asks for: the page that everybody sees, the middle of both lists, and a search that many match.
const PAGES: [&str; 4] = ["/", "/?page=200", "/?contracts=1000", "/?q=fmg-12"];

/// Measures how long the status page takes.
#[derive(Debug, Parser)]
struct Arguments {
    /// So many targets; without it nothing is done
    #[arg(long, value_name = "N")]
    targets: Option<usize>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(count) = Arguments::parse().targets else {
        say("nothing to do: give --targets N, see docs/performance.md");
        return ExitCode::SUCCESS;
    };
    report::end(measure(count).await)
}

async fn measure(count: usize) -> Result<()> {
    let targets = Targets::polled_once(count).await?;
    let page = Page::new(Arc::clone(&targets.store), Arc::new(OwnMetrics::new(false)?));
    let router = router(Arc::new(Site::new(page, Arc::clone(&targets.store), "/metrics", 0, None)));
    say(&format!("{count} targets\n\n| page | KiB | median ms | slowest ms |\n|---|--:|--:|--:|"));
    for path in PAGES {
        let (mut took, mut length) = (Vec::new(), 0);
        for _ in 0..REQUESTS {
            // As between two requests a second apart, of targets that are polled every five minutes.
            targets.poll_some(count / 300);
            let begin = Instant::now();
            length = get(&router, path).await?;
            took.push(begin.elapsed());
        }
        took.sort();
        let at = |place: usize| took.get(place).map_or(0.0, |took| 1e3 * Duration::as_secs_f64(took));
        say(&format!("| `{path}` | {} | {:.1} | {:.1} |", length / 1024, at(REQUESTS / 2), at(REQUESTS - 1)));
    }
    Ok(())
}

/// One request, through all routes but without a network; how long the answer is.
async fn get(router: &Router, path: &str) -> Result<usize> {
    let response = router.clone().oneshot(Request::get(path).body(Body::empty())?).await?;
    Ok(to_bytes(response.into_body(), usize::MAX).await?.len())
}
