//! A Prometheus in small: scrapes every second, and keeps what the exporter
//! counts itself.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::Result;

const EVERY: Duration = Duration::from_secs(1);
/// Prometheus' own default.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The titles of what [`Counts::since`] writes.
pub(crate) const HEAD: &str = "polls/s failed_polls logins scrapes failed_scrapes slowest_ms page_kB";

/// Scrapes until it is stopped.
pub(crate) struct Scraper {
    counts: Arc<Mutex<Counts>>,
    task: JoinHandle<()>,
}

/// Sums since the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    at: Option<Instant>,
    polls: f64,
    failed_polls: f64,
    logins: f64,
    scrapes: u64,
    failed_scrapes: u64,
    slowest: Duration,
    /// Since the counts were last taken.
    slowest_lately: Duration,
    page: usize,
    /// Why the last failed scrape failed.
    failure: String,
}

impl Scraper {
    pub(crate) fn start(url: String) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let counts = Arc::new(Mutex::new(Counts::default()));
        let shared = Arc::clone(&counts);
        let task = tokio::spawn(async move {
            let mut every = interval(EVERY);
            every.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                let started = Instant::now();
                let page = scrape(&http, &url).await;
                lock(&shared).add(started.elapsed(), page);
            }
        });
        Ok(Self { counts, task })
    }

    /// The counts so far; the slowest scrape is looked for anew from here on.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = lock(&self.counts);
        let taken = counts.clone();
        counts.slowest_lately = Duration::ZERO;
        taken
    }

    /// No scrape begins after this.
    pub(crate) fn stop(self) -> Counts {
        self.task.abort();
        self.counts()
    }
}

/// A whole page, or why not.
async fn scrape(http: &reqwest::Client, url: &str) -> std::result::Result<String, String> {
    let response = http.get(url).send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    let page = response.text().await.map_err(|error| error.to_string())?;
    if status.is_success() && page.ends_with('\n') && page.contains("\nfortinet_exporter_build_info{") {
        Ok(page)
    } else {
        Err(format!("HTTP {status}, {} bytes", page.len()))
    }
}

impl Counts {
    fn add(&mut self, took: Duration, page: std::result::Result<String, String>) {
        self.scrapes += 1;
        self.slowest = self.slowest.max(took);
        self.slowest_lately = self.slowest_lately.max(took);
        match page {
            Err(failure) => {
                self.failed_scrapes += 1;
                self.failure = failure;
            }
            Ok(page) => {
                self.at = Some(Instant::now());
                self.page = page.len();
                self.polls = sum(&page, "fortinet_exporter_collector_polls_total{");
                self.failed_polls = sum(&page, "fortinet_exporter_collector_failures_total{");
                self.logins = sum(&page, "fortinet_exporter_logins_total{");
            }
        }
    }

    /// One row: what was added since `before`.
    pub(crate) fn since(&self, before: &Self) -> String {
        let seconds = match (self.at, before.at) {
            (Some(now), Some(then)) => now.duration_since(then).as_secs_f64(),
            _ => f64::NAN,
        };
        format!(
            "{:>7.0} {:>12} {:>6} {:>7} {:>14} {:>10} {:>7}",
            (self.polls - before.polls) / seconds,
            self.failed_polls - before.failed_polls,
            self.logins - before.logins,
            self.scrapes - before.scrapes,
            self.failed_scrapes - before.failed_scrapes,
            self.slowest_lately.as_millis(),
            self.page / 1024,
        )
    }

    pub(crate) fn wrongs(&self) -> Vec<String> {
        let Self { scrapes, failed_scrapes, failure, .. } = self;
        match (scrapes, failed_scrapes) {
            (0, _) => vec!["nothing was scraped".to_owned()],
            (_, 0) => Vec::new(),
            _ => vec![format!("{failed_scrapes} scrapes failed, the last: {failure}")],
        }
    }

    /// Everything, in a sentence.
    pub(crate) fn total(&self) -> String {
        let Self { polls, failed_polls, logins, scrapes, failed_scrapes, slowest, .. } = self;
        format!(
            "{polls} polls, {failed_polls} of them failed; {logins} sign-ins; {scrapes} scrapes, \
             {failed_scrapes} of them failed, the slowest took {} ms",
            slowest.as_millis()
        )
    }
}

fn sum(page: &str, series: &str) -> f64 {
    let lines = page.lines().filter(|line| line.starts_with(series));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

fn lock(counts: &Mutex<Counts>) -> std::sync::MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
