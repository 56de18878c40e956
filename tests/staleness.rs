//! How long numbers are shown once polls fail: to the instant, with tokio's
//! paused clock, from the real poller to the page.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fortinet_exporter::exposition::{Coding, Format, Page};
use fortinet_exporter::fortimanager::SYSTEM;
use fortinet_exporter::fortimanager::metrics::{ADOMS_LIMIT, DEVICES_USED};
use fortinet_exporter::observation::{Metric, Store, TargetState};
use fortinet_exporter::poll::{Collector, Findings, Poller, SignOut, Target, Turns};
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::{Deadline, Error, Reason};
use futures_util::future::BoxFuture;
use tokio::time::{Instant, advance, sleep};
use tokio_util::sync::CancellationToken;

use crate::support::value;

const INTERVAL: Duration = Duration::from_secs(300);
const STALE_AFTER: Duration = Duration::from_secs(900);
const TICK: Duration = Duration::from_millis(1);

/// What a collector does when it is asked.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Good,
    Failing,
    Hanging,
}

struct Moody {
    name: &'static str,
    metric: &'static Metric,
    mood: Mutex<Mood>,
    polls: AtomicUsize,
    good: Mutex<Option<Instant>>,
}

impl Moody {
    fn new(name: &'static str, metric: &'static Metric) -> Arc<Self> {
        let (mood, good) = (Mutex::new(Mood::Good), Mutex::new(None));
        Arc::new(Self { name, metric, mood, polls: AtomicUsize::new(0), good })
    }

    fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// When its last good poll ended.
    fn last_good(&self) -> Instant {
        self.good.lock().unwrap().unwrap()
    }
}

impl Collector for Moody {
    fn name(&self) -> &'static str {
        self.name
    }

    fn collect(&self, _: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            self.polls.fetch_add(1, Ordering::SeqCst);
            let mood = *self.mood.lock().unwrap();
            match mood {
                Mood::Good => {
                    *self.good.lock().unwrap() = Some(Instant::now());
                    let mut findings = Findings::default();
                    findings.samples.push(self.metric, &[], 7.0);
                    Ok(findings)
                }
                Mood::Failing => Err(Error::new(Reason::Forbidden, "no")),
                Mood::Hanging => std::future::pending().await,
            }
        })
    }
}

struct NoSession;

impl SignOut for NoSession {
    fn sign_out(&self, _: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// A target with two collectors, polled on schedule until dropped, and the page.
struct Bench {
    main: Arc<Moody>,
    other: Arc<Moody>,
    page: Page,
    _running: tokio_util::sync::DropGuard,
}

impl Bench {
    fn start() -> Self {
        let main = Moody::new("main", &DEVICES_USED);
        let other = Moody::new("other", &ADOMS_LIMIT);
        let own = Arc::new(OwnMetrics::new(false).unwrap());
        let store = Arc::new(Store::new());
        let state: Arc<TargetState> =
            store.target("a", &SYSTEM, "https://a".to_owned(), STALE_AFTER, ["main", "other"]);
        store.set_targets(vec![Arc::clone(&state)]);
        let target = Target {
            name: "a".to_owned(),
            system: &SYSTEM,
            url: "https://a".to_owned(),
            interval: INTERVAL,
            timeout: Duration::from_secs(30),
            stale_after: STALE_AFTER,
            collectors: vec![Arc::clone(&main) as Arc<dyn Collector>, Arc::clone(&other) as _],
            session: Arc::new(NoSession),
        };
        let stop = CancellationToken::new();
        let poller = Poller::new(target, state, own.target("a", INTERVAL, false));
        let turns = Arc::new(Turns::new(1, own.polls()));
        tokio::spawn(poller.run(Duration::ZERO, turns, stop.clone(), Duration::ZERO));
        Self { main, other, page: Page::new(store, own), _running: stop.drop_guard() }
    }

    async fn text(&self) -> String {
        let page = self.page.render(Format::Text, Coding::Identity).await.unwrap();
        String::from_utf8(page.concat()).unwrap()
    }

    /// `_up`, and the value of each collector.
    async fn shown(&self) -> [Option<f64>; 3] {
        let page = self.text().await;
        ["fortimanager_up", "fortimanager_devices_used", "fortimanager_adoms_limit"]
            .map(|name| value(&page, &format!("{name}{{target=\"a\"}}")))
    }

    async fn polls(&self, count: usize) {
        while self.main.polls.load(Ordering::SeqCst) < count {
            sleep(TICK).await;
        }
        // The poll has begun; let it end.
        sleep(TICK).await;
    }
}

/// Up to this instant and not a nanosecond further, whatever else is due before.
async fn until(instant: Instant) {
    tokio::time::sleep_until(instant).await;
    assert_eq!(Instant::now(), instant, "the clock has gone too far");
}

#[tokio::test(start_paused = true)]
async fn numbers_vanish_at_the_very_instant_they_are_stale_and_only_up_stays() {
    let bench = Bench::start();
    bench.polls(1).await;
    assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), Some(7.0)]);
    bench.main.becomes(Mood::Failing);
    bench.other.becomes(Mood::Failing);
    let stale_at = bench.main.last_good() + STALE_AFTER;
    bench.polls(2).await;
    assert_eq!(bench.shown().await, [Some(0.0), Some(7.0), Some(7.0)], "marked at the first failure");

    until(stale_at - TICK).await;
    assert_eq!(bench.shown().await, [Some(0.0), Some(7.0), Some(7.0)]);
    // No poll ends here, so nothing but the age tells the page to change.
    advance(TICK).await;
    assert_eq!(bench.shown().await, [Some(0.0), None, None]);
    let page = bench.text().await;
    let own =
        "fortinet_exporter_collector_failures_total{collector=\"main\",reason=\"forbidden\",target=\"a\"}";
    assert!(value(&page, own) >= Some(1.0), "the exporter's own series remain");

    // The next good poll brings everything back.
    bench.main.becomes(Mood::Good);
    bench.other.becomes(Mood::Good);
    let polls = bench.main.polls.load(Ordering::SeqCst);
    let before = Instant::now();
    bench.polls(polls + 1).await;
    assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), Some(7.0)]);
    assert!(before.elapsed() <= INTERVAL + 2 * TICK, "{:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_fails_loses_its_own_numbers_alone() {
    let bench = Bench::start();
    bench.polls(1).await;
    bench.other.becomes(Mood::Failing);
    let stale_at = bench.other.last_good() + STALE_AFTER;
    until(stale_at - TICK).await;
    assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), Some(7.0)]);
    until(stale_at).await;
    assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), None]);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_never_ends_does_not_keep_numbers_alive() {
    let bench = Bench::start();
    bench.polls(1).await;
    bench.main.becomes(Mood::Hanging);
    let stale_at = bench.main.last_good() + STALE_AFTER;
    until(stale_at - TICK).await;
    assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), Some(7.0)], "no poll has failed so far");
    until(stale_at).await;
    assert_eq!(bench.shown().await, [Some(0.0), None, None]);
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_polled_never_go_stale() {
    let bench = Bench::start();
    bench.polls(1).await;
    for _ in 0..100 {
        sleep(INTERVAL / 3).await;
        assert_eq!(bench.shown().await, [Some(1.0), Some(7.0), Some(7.0)]);
    }
    assert!(bench.main.polls.load(Ordering::SeqCst) >= 33);
}
