//! Whether the exporter holds out: many targets polled every second, random
//! faults, a scrape every second, a reload every minute, and in the end the
//! same memory, file descriptors and tasks as in the beginning.
//!
//! ```text
//! main.rs       arguments → start → a line a minute → verdict
//! exporter.rs   the measured process: this executable once more, with the daemon in it
//! systems.rs    the simulated systems, all in the measuring process
//! faults.rs     what befalls them
//! scraper.rs    the scrapes, and what the exporter counts itself
//! usage.rs      what the measured process uses, from /proc
//! trend.rs      whether it grows
//! ```

#![forbid(unsafe_code)]

mod exporter;
mod faults;
mod scraper;
mod systems;
mod trend;
mod usage;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use exporter::Exporter;
use scraper::Scraper;
use systems::Systems;
use trend::Trend;
use usage::Usage;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const MINUTE: Duration = Duration::from_secs(60);
/// Between two looks at memory, descriptors and tasks.
const LOOK: Duration = Duration::from_secs(10);
/// Caches fill, every target has had every fault: memory is judged from then on.
const WARM_UP: Duration = Duration::from_secs(5 * 60);

/// Polls many simulated systems for a while and watches what it takes.
#[derive(Debug, Parser)]
struct Arguments {
    /// For how long; without it nothing is done
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,

    /// How many systems are polled, each every second
    #[arg(long, value_name = "N", default_value_t = 1000)]
    targets: usize,

    /// Repeats the faults of an earlier run
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Plays the exporter with this configuration
    #[arg(long, hide = true)]
    exporter: Option<PathBuf>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match (&arguments.exporter, arguments.minutes) {
        (Some(config), _) => exporter::play(config).await.map(|()| true),
        (None, Some(minutes)) => soak(&arguments, minutes).await,
        (None, None) => {
            say("nothing to do: give --minutes N, see docs/development.md");
            Ok(true)
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("the soak cannot go on: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn soak(arguments: &Arguments, minutes: u32) -> Result<bool> {
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    let targets = arguments.targets;
    usage::check_descriptors(targets)?;
    say(&format!("{targets} targets, interval 1s, {minutes} minutes, seed {seed}"));
    let systems = Arc::new(Systems::start(targets).await?);
    let mut exporter = Exporter::start(&systems.config(0))?;
    let scraper = Scraper::start(exporter.metrics_url())?;
    let started = Instant::now();
    // Everything is well at first.
    sleep(LOOK).await;
    let stop = CancellationToken::new();
    let faults = tokio::spawn(faults::inject(Arc::clone(&systems), seed, stop.clone()));

    let mut trend = Trend::new(WARM_UP.min(MINUTE * minutes / 3));
    let mut before = scraper.counts();
    let mut wrongs = Vec::new();
    say(&format!("minute {} {}", Usage::HEAD, scraper::HEAD));
    for minute in 1..=minutes {
        let end = started + MINUTE * minute;
        let usage = loop {
            sleep_until(end.min(Instant::now() + LOOK)).await;
            let usage = exporter.usage()?;
            trend.add(started.elapsed(), &usage);
            if Instant::now() >= end {
                break usage;
            }
        };
        let counts = scraper.counts();
        say(&format!("{minute:>6} {usage} {}", counts.since(&before)));
        before = counts;
        note(&mut wrongs, systems.wrongs());
        systems.forget_requests();
        exporter.reload(&systems.config(minute)).await?;
    }

    stop.cancel();
    faults.await?;
    let counts = scraper.stop();
    say(&trend.to_string());
    say(&counts.total());
    note(&mut wrongs, trend.wrongs());
    note(&mut wrongs, counts.wrongs());
    note(&mut wrongs, systems.end(|| exporter.stop()).await?);
    note(&mut wrongs, systems.wrongs());
    say(if wrongs.is_empty() { "held out" } else { "did not hold out" });
    Ok(wrongs.is_empty())
}

/// Says what is wrong and was not before.
fn note(known: &mut Vec<String>, found: Vec<String>) {
    for wrong in found {
        if !known.contains(&wrong) {
            say(&format!("WRONG: {wrong}"));
            known.push(wrong);
        }
    }
}

/// What it prints is what it is for.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
