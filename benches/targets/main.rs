//! What thousands of targets cost: simulated FortiManagers behind TLS, polled
//! for two rounds by the exporter, which is a process of its own. Prints the
//! table of docs/performance.md.
//!
//! ```text
//! main.rs      arguments → each number of targets → a line of the table
//! systems.rs   the simulated FortiManagers, all in this process
//! round.rs     one round: scrapes, and what the exporter used meanwhile
//! ../report/   what is printed, and how it ends
//! ```
//!
//! How a process is started and asked is the same as in `benches/serve`.

#![forbid(unsafe_code)]

#[allow(dead_code, reason = "serving asks for more")]
#[path = "../serve/process.rs"]
mod process;
#[path = "../report/mod.rs"]
mod report;
mod round;
mod systems;

use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;
use tokio::time::Instant;

use process::{Process, free_address};
use round::Round;
use systems::Systems;

use report::say;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Polls many simulated systems for two rounds and says what that takes.
#[derive(Debug, Parser)]
struct Arguments {
    /// From one poll of a system to the next; without it nothing is done
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    interval: Option<Duration>,

    /// How many systems, one number for each line
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000,10000")]
    targets: Vec<usize>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(interval) = arguments.interval else {
        say("nothing to do: give --interval TIME, see docs/performance.md");
        return ExitCode::SUCCESS;
    };
    report::end(each(&arguments.targets, interval).await)
}

async fn each(counts: &[usize], interval: Duration) -> Result<()> {
    say(Round::HEAD);
    for targets in counts {
        measure(*targets, interval).await?;
    }
    Ok(())
}

async fn measure(targets: usize, interval: Duration) -> Result<()> {
    let systems = Systems::start(targets).await?;
    let dir = tempfile::tempdir()?;
    let file = dir.path().join("exporter.yml");
    std::fs::write(&file, systems.config(interval))?;
    let address = free_address()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_fortinet-exporter"));
    command
        .arg(format!("--config.file={}", file.display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--log.level=error");
    let process = Process::start(&mut command, address, "/-/healthy").await?;
    let started = Instant::now();
    Round::run(&process, &systems, started + interval).await?;
    // By now everything has been polled once; this round is what counts.
    let round = Round::run(&process, &systems, started + interval * 2).await?;
    say(&format!("| {targets} | {} | {round}", humantime::format_duration(interval)));
    tokio::task::spawn_blocking(|| process.stop()).await??;
    // Thousands of handshakes, in twenty seconds, on a machine that answers them as well.
    match systems.open_sessions() {
        0 => {}
        open => say(&format!("{open} of {targets} sessions were not signed out of in time")),
    }
    Ok(())
}
