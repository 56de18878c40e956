//! Each row by itself: one target, polled by hand, with tokio's clock held.
//! So every column is checked to the second.

use std::time::Duration;

use fortinet_exporter::upstream::Reason;
use tokio::time::Instant;

use super::row::{Fault, Next, Recovery, Row};
use super::stand::{Room, Stand};
use super::table;
use crate::support::{Clock, Exposition, Polled};

const INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Three intervals, at least a quarter of an hour: both are the same here.
const STALE_AFTER: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(3600);

/// One row played at one system.
struct Play<'a> {
    row: &'a Row,
    /// The row's place among the three systems.
    index: usize,
    stand: &'a Stand<'a>,
    clock: &'a Clock,
    polled: Polled,
    last_good: Instant,
    last_sign_in: Instant,
    /// What its spare has heard before.
    spare_heard: usize,
}

/// What one poll did.
struct Poll {
    requests: usize,
    sign_ins: usize,
    next: Duration,
    failed: bool,
}

impl<'a> Play<'a> {
    fn new(row: &'a Row, index: usize, stand: &'a Stand<'a>, clock: &'a Clock) -> Self {
        let entry = stand.entry(stand.system.name, &row.fault, &[]);
        let polled = Polled::new(&format!("{}:\n{entry}", stand.system.section));
        let now = Instant::now();
        let spare_heard = stand.spare.simulation.requests().len();
        Self { row, index, stand, clock, polled, last_good: now, last_sign_in: now, spare_heard }
    }

    fn words(&self) -> String {
        format!("{:?}: {} ({})", self.row.section, self.row.name, self.stand.system.name)
    }

    async fn poll(&mut self) -> Poll {
        let before = self.stand.seen();
        let next = self.clock.run(self.polled.poll(), || self.stand.front.is_stuck()).await;
        let seen = self.stand.seen();
        let poll = Poll {
            requests: seen.0 - before.0,
            sign_ins: seen.1 - before.1,
            next,
            failed: !self.polled.failures().is_empty(),
        };
        if !poll.failed {
            self.last_good = Instant::now();
        }
        if poll.sign_ins > 0 {
            self.last_sign_in = Instant::now();
        }
        poll
    }

    /// Waits, and looks at the page just before and just after the data goes stale.
    async fn wait(&mut self, time: Duration) {
        let moment = Duration::from_secs(1);
        let fresh_for = STALE_AFTER.saturating_sub(self.last_good.elapsed());
        if fresh_for > moment && time > fresh_for {
            self.clock.pass(fresh_for - moment).await;
            self.check_page().await;
            self.clock.pass(moment).await;
            self.check_page().await;
            self.clock.pass(time - fresh_for).await;
        } else {
            self.clock.pass(time).await;
        }
    }

    /// `_up`, the data, and that nothing secret is shown.
    async fn check_page(&self) {
        let page = self.polled.metrics().await;
        let words = self.words();
        let (up, data) = match self.stand.system.name {
            "fmg" => ("fortimanager_up", "fortimanager_devices_used{"),
            _ => ("forticlient_ems_up", "forticlient_ems_endpoints{"),
        };
        let up = page.get(&format!("{up}{{target=\"{}\"}}", self.stand.system.name));
        let failures = self.polled.failures();
        let failed = !failures.is_empty();
        assert_eq!(up, Some(if failed { 0.0 } else { 1.0 }), "{words}");
        let why = page.series("fortinet_exporter_collector_failure_info{");
        let mut why: Vec<&str> =
            why.iter().filter_map(|line| line.split("reason=\"").nth(1)?.split('"').next()).collect();
        let mut reasons: Vec<&str> = failures.iter().map(|failure| failure.reason).collect();
        why.sort_unstable();
        reasons.sort_unstable();
        assert_eq!(why, reasons, "{words}");
        let had_data = !matches!(self.row.fault, Fault::UnknownName);
        let is_fresh = self.last_good.elapsed() < STALE_AFTER;
        assert_eq!(page.series(data).len(), usize::from(had_data && is_fresh), "{words}");
        let shown = page.0 + &format!("{:?}", self.polled.failures());
        for secret in self.stand.secrets() {
            assert!(!shown.contains(&secret), "{words} shows {secret}:\n{shown}");
        }
    }

    /// The first poll with the fault and the two after it: all columns.
    async fn first_polls(&mut self) {
        let expect = self.row.expect;
        let (index, words) = (self.index, self.words());
        let reason = expect.reasons[index];
        let before = failures(&self.polled.metrics().await, self.stand.system.name);
        for number in 0..3 {
            let poll = self.poll().await;
            let columns = |(first, then): ([usize; 3], [usize; 3])| [first, then][number.min(1)][index];
            let expected = (columns(expect.requests), columns(expect.sign_ins));
            assert_eq!((poll.requests, poll.sign_ins), expected, "{words}, poll {number}");
            assert_eq!(poll.failed, reason.is_some(), "{words}: {:?}", self.polled.failures());
            let soonest = Duration::from_secs(1);
            let latest = Duration::from_secs(5 << number);
            match expect.next {
                Next::Interval => assert_eq!(poll.next, INTERVAL, "{words}"),
                Next::Soon => assert!((soonest..=latest).contains(&poll.next), "{words}: {:?}", poll.next),
                Next::Asked(pause) => {
                    // A date is as exact as the second that has begun, and the time it took to be read.
                    let early = pause.saturating_sub(poll.next);
                    assert!(early < Duration::from_secs(5) && poll.next <= pause, "{words}: {:?}", poll.next);
                }
            }
            self.wait(poll.next).await;
            self.check_page().await;
        }
        let after = failures(&self.polled.metrics().await, self.stand.system.name);
        for ((known, before), (_, after)) in before.into_iter().zip(after) {
            let expected = if reason == Some(known) { 3.0 } else { 0.0 };
            assert_eq!(after - before, expected, "{words}: {known}");
        }
    }

    /// The fault is over: when the next good poll comes.
    async fn recover(&mut self) {
        let words = self.words();
        let pause = match self.row.expect.recovery {
            Recovery::NextTry => Duration::ZERO,
            Recovery::Pause(pause) => pause,
        };
        loop {
            let is_over = self.last_sign_in.elapsed() >= pause;
            let poll = self.poll().await;
            assert_eq!(poll.failed, !is_over, "{words}: {:?}", self.polled.failures());
            if !poll.failed {
                assert_eq!(poll.next, INTERVAL, "{words}");
                self.wait(poll.next).await;
                self.check_page().await;
                return;
            }
            assert_eq!(poll.requests, 0, "{words}");
            self.wait(poll.next).await;
        }
    }

    /// The fault lasts: the data goes stale, and the account is not worn out.
    async fn an_hour(&mut self) {
        let started = Instant::now();
        let before = self.stand.seen().1;
        while started.elapsed() <= HOUR {
            let poll = self.poll().await;
            self.wait(poll.next).await;
        }
        self.check_page().await;
        let sign_ins = self.stand.seen().1 - before;
        assert!(sign_ins <= self.row.expect.hour[self.index], "{}: {sign_ins} sign-ins", self.words());
    }

    /// However long it lasted: the first poll after the longest pause is good.
    async fn recover_after_an_hour(&mut self) {
        let started = Instant::now();
        loop {
            let may_fail = started.elapsed() < self.row.expect.pause_after_an_hour;
            let poll = self.poll().await;
            if !poll.failed {
                return;
            }
            assert!(may_fail, "{}: {:?}", self.words(), self.polled.failures());
            self.wait(poll.next).await;
        }
    }

    async fn whole(&mut self) {
        let can_be_lifted = !matches!(self.row.fault, Fault::UnknownName);
        if can_be_lifted {
            let good = self.poll().await;
            assert!(!good.failed, "{}: {:?}", self.words(), self.polled.failures());
            self.wait(good.next).await;
        }
        self.stand.begin(&self.row.fault).await;
        self.first_polls().await;
        if can_be_lifted {
            self.stand.lift(&self.row.fault).await;
            self.recover().await;
            self.stand.begin(&self.row.fault).await;
        }
        self.an_hour().await;
        if can_be_lifted {
            self.stand.lift(&self.row.fault).await;
            self.recover_after_an_hour().await;
        }
        self.polled.sign_out().await;
        self.nothing_is_left();
    }

    /// No session that could have been signed out of, no lock, and no
    /// credentials where a redirect led.
    fn nothing_is_left(&self) {
        let words = self.words();
        if matches!(self.row.fault, Fault::Answer(..)) {
            assert_eq!(self.stand.spare.simulation.requests().len(), self.spare_heard, "{words}");
        }
        assert!(!self.stand.system.simulation.is_locked(), "{words}");
    }
}

/// How often the main collector has failed with each reason.
fn failures(page: &Exposition, system: &str) -> Vec<(Reason, f64)> {
    let main = if system == "fmg" { "license" } else { "endpoints" };
    let count = |reason: Reason| {
        let labels = format!("collector=\"{main}\",reason=\"{reason}\",target=\"{system}\"");
        page.get(&format!("fortinet_exporter_collector_failures_total{{{labels}}}")).unwrap()
    };
    Reason::ALL.iter().map(|reason| (*reason, count(*reason))).collect()
}

/// Every so-manieth row: they are dealt out to several tests, which run side by side.
async fn play(share: usize, shares: usize) {
    let clock = Clock::hold();
    // Each row leaves the systems as it found them; only certificates need systems of their own.
    let plain = Room::plain().await;
    for row in table::rows().iter().skip(share).step_by(shares) {
        let own = Room::behind_certificates(&row.fault).await;
        for (index, stand) in own.as_ref().unwrap_or(&plain).stands().await.iter().enumerate() {
            Play::new(row, index, stand, &clock).whole().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_row_is_as_stated_1_of_4() {
    play(0, 4).await;
}

#[tokio::test(start_paused = true)]
async fn each_row_is_as_stated_2_of_4() {
    play(1, 4).await;
}

#[tokio::test(start_paused = true)]
async fn each_row_is_as_stated_3_of_4() {
    play(2, 4).await;
}

#[tokio::test(start_paused = true)]
async fn each_row_is_as_stated_4_of_4() {
    play(3, 4).await;
}
