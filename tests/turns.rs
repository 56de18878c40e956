//! `max_concurrent_polls`: the clock is held, the systems are stubs that answer or hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fortinet_exporter::observation::{Store, TargetState};
use fortinet_exporter::poll::{Collector, Findings, Poller, SignOut, Target, Turns, first_delay};
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::{Deadline, Error, Reason};
use futures_util::future::BoxFuture;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::support::STUB;

const INTERVAL: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_secs(30);
const GRACE: Duration = Duration::from_secs(20);

/// What the stubs have seen.
#[derive(Default)]
struct Seen {
    at_once: AtomicUsize,
    most: AtomicUsize,
    polls: AtomicUsize,
    /// Polls that were given less time than `TIMEOUT`.
    hurried: AtomicUsize,
    signed_out: AtomicUsize,
}

struct Stub {
    hangs: bool,
    all: Arc<Seen>,
    own: Arc<Seen>,
}

impl Collector for Stub {
    fn name(&self) -> &'static str {
        "stub"
    }

    fn collect(&self, deadline: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let at_once = self.all.at_once.fetch_add(1, Ordering::Relaxed) + 1;
            self.all.most.fetch_max(at_once, Ordering::Relaxed);
            self.own.polls.fetch_add(1, Ordering::Relaxed);
            if deadline.remaining() < TIMEOUT {
                self.own.hurried.fetch_add(1, Ordering::Relaxed);
            }
            sleep(if self.hangs { deadline.remaining() } else { Duration::from_secs(1) }).await;
            self.all.at_once.fetch_sub(1, Ordering::Relaxed);
            match self.hangs {
                true => Err(Error::new(Reason::Timeout, "no answer in time")),
                false => Ok(Findings::default()),
            }
        })
    }
}

impl SignOut for Stub {
    fn sign_out(&self, deadline: Deadline) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            sleep(if self.hangs { deadline.remaining() } else { Duration::from_millis(100) }).await;
            self.own.signed_out.fetch_add(1, Ordering::Relaxed);
        })
    }
}

/// Systems of which the first so many hang.
struct Herd {
    all: Arc<Seen>,
    own: Vec<Arc<Seen>>,
    states: Vec<Arc<TargetState>>,
    metrics: Arc<OwnMetrics>,
    turns: Arc<Turns>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Herd {
    fn start(hanging: usize, count: usize, limit: usize) -> Self {
        let metrics = Arc::new(OwnMetrics::new(false).unwrap());
        let turns = Arc::new(Turns::new(limit, metrics.polls()));
        let mut herd = Self {
            all: Arc::default(),
            own: Vec::new(),
            states: Vec::new(),
            metrics,
            turns,
            stop: CancellationToken::new(),
            tasks: JoinSet::new(),
        };
        let store = Store::new();
        for index in 0..count {
            let own = Arc::new(Seen::default());
            let all = Arc::clone(&herd.all);
            let stub = Arc::new(Stub { hangs: index < hanging, all, own: Arc::clone(&own) });
            let name = format!("t{index}");
            let state = store.target(&name, &STUB, String::new(), INTERVAL * 15, ["stub"]);
            let target = Target {
                name: name.clone(),
                system: &STUB,
                url: String::new(),
                interval: INTERVAL,
                timeout: TIMEOUT,
                stale_after: INTERVAL * 15,
                collectors: vec![Arc::clone(&stub) as Arc<dyn Collector>],
                session: stub,
            };
            let poller = Poller::new(target, Arc::clone(&state), herd.metrics.target(&name, INTERVAL, false));
            // All at once, as they would not be: the worst case.
            let (turns, stop) = (Arc::clone(&herd.turns), herd.stop.clone());
            herd.tasks.spawn(poller.run(Duration::ZERO, turns, stop, GRACE));
            herd.own.push(own);
            herd.states.push(state);
        }
        herd
    }

    fn polls(&self) -> Vec<usize> {
        self.own.iter().map(|seen| seen.polls.load(Ordering::Relaxed)).collect()
    }

    fn most(&self) -> usize {
        self.all.most.swap(0, Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_polls_at_once_than_allowed_and_each_has_its_whole_time() {
    let herd = Herd::start(0, 40, 4);
    sleep(Duration::from_millis(500)).await;
    let gauges = herd.metrics.polls();
    assert_eq!((gauges.in_progress.get(), gauges.waiting.get(), gauges.limit.get()), (4, 36, 4));
    assert_eq!(herd.states.iter().filter(|state| state.is_waiting()).count(), 36);
    // Those who wait have not failed, nor even been tried.
    assert_eq!(herd.states.iter().filter(|state| state.was_tried()).count(), 0);
    sleep(INTERVAL * 3).await;
    assert_eq!(herd.most(), 4);
    let polls = herd.polls();
    assert!(polls.iter().all(|polls| (3..=4).contains(polls)), "{polls:?}");
    assert!(herd.own.iter().all(|seen| seen.hurried.load(Ordering::Relaxed) == 0));
    assert!(herd.states.iter().all(|state| state.is_up() == Some(true)));

    // More, and then fewer, as a reload has them.
    herd.turns.set_limit(10);
    sleep(INTERVAL).await;
    assert!(herd.most() <= 10);
    herd.turns.set_limit(2);
    sleep(INTERVAL).await;
    herd.most();
    sleep(INTERVAL * 3).await;
    assert_eq!((herd.most(), gauges.limit.get()), (2, 2));
}

/// Of forty systems thirty hang: were there but one queue, they would fill all turns for minutes.
#[tokio::test(start_paused = true)]
async fn systems_that_hang_leave_the_others_their_turns() {
    let herd = Herd::start(30, 40, 4);
    // Each is found out once: thirty times half a minute, four at a time.
    sleep(Duration::from_secs(300)).await;
    let before = herd.polls();
    sleep(INTERVAL * 10).await;
    let polls: Vec<usize> = herd.polls().iter().zip(&before).map(|(now, before)| now - before).collect();
    assert!(polls[30..].iter().all(|polls| (9..=10).contains(polls)), "{polls:?}");
    // Those that hang are tried as well, each of them.
    assert!(polls[..30].iter().all(|polls| *polls >= 1), "{polls:?}");
    assert_eq!(herd.most(), 4);
    assert!(herd.own.iter().all(|seen| seen.hurried.load(Ordering::Relaxed) == 0));
}

#[tokio::test(start_paused = true)]
async fn signing_out_waits_neither_for_turns_nor_for_those_that_hang() {
    let mut herd = Herd::start(30, 40, 4);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(herd.metrics.polls().in_progress.get(), 4);
    let begun = Instant::now();
    herd.stop.cancel();
    while herd.own[30..].iter().any(|seen| seen.signed_out.load(Ordering::Relaxed) == 0) {
        sleep(Duration::from_millis(100)).await;
    }
    assert!(begun.elapsed() < GRACE, "{:?}", begun.elapsed());
    while herd.tasks.join_next().await.is_some() {}
}

#[test]
fn thousands_that_a_reload_adds_are_spread_over_the_interval() {
    let delays: Vec<Duration> = (0..9_000).map(|index| first_delay(index, 9_000, INTERVAL * 5)).collect();
    for second in 0..300 {
        let begun = delays.iter().filter(|delay| delay.as_secs() == second).count();
        assert!((25..=35).contains(&begun), "{begun} in second {second}");
    }
}
