//! One round: every system is polled once, and scraped all the while as by one
//! Prometheus.

use std::fmt;
use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use tokio::time::{Instant, sleep_until};

use crate::Result;
use crate::process::Process;
use crate::systems::Systems;

const SCRAPE_EVERY: Duration = Duration::from_secs(15);

/// What a round took.
pub(crate) struct Round {
    length: Duration,
    /// Of one core.
    cpu: Duration,
    resident: u64,
    polls: f64,
    series: usize,
    page: usize,
    packed: usize,
    scrapes: Vec<Duration>,
}

impl Round {
    /// The head of the table.
    pub(crate) const HEAD: &str = "\
| targets | interval | polls/s | CPU, cores | resident MiB | series | page MB | gzip kB | scrape p50 ms | slowest ms |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

    /// Until `end`. A failed scrape or a system that is not up in the end is a
    /// failed measurement.
    pub(crate) async fn run(process: &Process, systems: &Systems, end: Instant) -> Result<Self> {
        let started = Instant::now();
        let (polls, cpu) = (Page::read(process).await?.polls(), process.cpu()?);
        let (mut scrapes, mut changed, mut step) = (Vec::new(), 0, 0);
        while Instant::now() < end {
            let next = (Instant::now() + SCRAPE_EVERY).min(end);
            sleep_until(next).await;
            let begun = Instant::now();
            process.get("/metrics", Some("gzip")).await?;
            scrapes.push(begun.elapsed());
            // Each system once a round.
            let done = started.elapsed().as_secs_f64() / end.duration_since(started).as_secs_f64();
            let due = ((systems.len() as f64 * done) as usize).min(systems.len());
            step += 1;
            (changed..due).for_each(|index| systems.change(index, step));
            changed = due.max(changed);
        }
        let (cpu, length) = (process.cpu()?.saturating_sub(cpu), started.elapsed());
        let resident = process.resident()?;
        let page = Page::read(process).await?;
        let up = page.lines("fortimanager_up{").filter(|line| line.ends_with(" 1")).count();
        if up < systems.len() {
            return Err(format!("{up} of {} systems are up", systems.len()).into());
        }
        let (polls, series) = (page.polls() - polls, page.lines("").count());
        scrapes.sort_unstable();
        Ok(Self { length, cpu, resident, polls, series, page: page.text.len(), packed: page.packed, scrapes })
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.length.as_secs_f64();
        let milliseconds = |scrape: Option<&Duration>| scrape.map_or(0.0, Duration::as_secs_f64) * 1000.0;
        write!(
            f,
            "{:.1} | {:.3} | {:.1} | {} | {:.1} | {:.0} | {:.1} | {:.1} |",
            self.polls / seconds,
            self.cpu.as_secs_f64() / seconds,
            self.resident as f64 / 1024.0,
            self.series,
            self.page as f64 / 1e6,
            self.packed as f64 / 1e3,
            milliseconds(self.scrapes.get(self.scrapes.len() / 2)),
            milliseconds(self.scrapes.last()),
        )
    }
}

struct Page {
    text: String,
    packed: usize,
}

impl Page {
    async fn read(process: &Process) -> Result<Self> {
        let packed = process.get("/metrics", Some("gzip")).await?;
        let mut text = String::new();
        GzDecoder::new(packed.as_slice()).read_to_string(&mut text)?;
        Ok(Self { text, packed: packed.len() })
    }

    fn lines<'a>(&'a self, series: &'a str) -> impl Iterator<Item = &'a str> {
        self.text.lines().filter(move |line| line.starts_with(series) && !line.starts_with('#'))
    }

    fn polls(&self) -> f64 {
        let polls = self.lines("fortinet_exporter_collector_polls_total{");
        polls.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}
