//! The rules at the top of `keeper.rs`, with tokio's paused clock: a day takes
//! milliseconds.

mod check;
mod half;

use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::upstream::reason::Reason;

/// A system that takes one password and counts what it sees.
#[derive(Default)]
struct Fake {
    password: StdMutex<String>,
    sign_ins: AtomicUsize,
    sign_outs: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    /// How long a sign-in takes.
    takes: StdMutex<Duration>,
    /// Whether the session has ended without anybody signing out.
    is_gone: AtomicBool,
    check: StdMutex<Option<Check>>,
    checks: AtomicUsize,
    /// Whether the page wants more than signing in brings.
    wants_whole: AtomicBool,
    completions: AtomicUsize,
}

/// How the check answers, from whether the session is alive and how often it
/// was asked before.
type Check = fn(bool, usize) -> Option<bool>;

/// Set in the number of a session that was completed.
const WHOLE: usize = 1 << 32;

struct Door(Arc<Fake>);

impl SignIn for Door {
    type Session = usize;

    const MAX_AGE: Option<Duration> = Some(Duration::from_secs(24 * 3600));

    async fn sign_in(&self, secret: &SecretString, _: Deadline) -> Result<usize, Error> {
        let Self(fake) = self;
        let number = fake.sign_ins.fetch_add(1, Ordering::SeqCst);
        let takes = *fake.takes.lock().unwrap();
        tokio::time::sleep(takes.max(Duration::from_millis(50))).await;
        if *fake.password.lock().unwrap() != secret.expose_secret() {
            let words = format!("no such password: {}", secret.expose_secret());
            return Err(Error::refused_saying("the fake", &words, -1));
        }
        fake.is_gone.store(false, Ordering::SeqCst);
        let open = fake.open.fetch_add(1, Ordering::SeqCst) + 1;
        fake.most_open.fetch_max(open, Ordering::SeqCst);
        Ok(number)
    }

    async fn complete(&self, session: &usize, _: Deadline) -> Option<usize> {
        let Self(fake) = self;
        fake.completions.fetch_add(1, Ordering::SeqCst);
        let can = fake.wants_whole.load(Ordering::SeqCst) && !fake.is_gone.load(Ordering::SeqCst);
        (can && session & WHOLE == 0).then_some(session | WHOLE)
    }

    async fn is_alive(&self, _: &usize, _: Deadline) -> Option<bool> {
        let Self(fake) = self;
        let number = fake.checks.fetch_add(1, Ordering::SeqCst);
        let check = (*fake.check.lock().unwrap())?;
        check(!fake.is_gone.load(Ordering::SeqCst), number)
    }

    fn leftover(&self) -> Option<usize> {
        None
    }

    fn tokens(&self, session: &usize) -> Vec<String> {
        vec![format!("token-{session}")]
    }

    async fn sign_out(&self, _: &usize, _: Deadline) {
        self.0.sign_outs.fetch_add(1, Ordering::SeqCst);
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Bench {
    fake: Arc<Fake>,
    keeper: Arc<Keeper<Door>>,
    file: tempfile::NamedTempFile,
}

impl Bench {
    fn new(password: &str) -> Self {
        let fake = Arc::new(Fake { password: StdMutex::new("right".to_owned()), ..Fake::default() });
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), password).unwrap();
        let logins = Logins { counters: LoginCounters::default(), refusals: Refusals::default() };
        let secret = Secret::File(file.path().to_owned());
        let keeper = Arc::new(Keeper::new(Door(Arc::clone(&fake)), secret, logins));
        Self { fake, keeper, file }
    }

    fn sign_ins(&self) -> usize {
        self.fake.sign_ins.load(Ordering::SeqCst)
    }

    /// A poll whose session is accepted unless it is gone or half of what the
    /// page wants, or found dead every time.
    async fn poll(&self, dead: bool) -> Result<usize, Error> {
        self.read("page", dead).await
    }

    async fn read(&self, operation: &'static str, dead: bool) -> Result<usize, Error> {
        let fake = Arc::clone(&self.fake);
        let work = move |session: usize| -> BoxFuture<'static, _> {
            let is_half = fake.wants_whole.load(Ordering::SeqCst) && session & WHOLE == 0;
            let dead = dead || is_half || fake.is_gone.load(Ordering::SeqCst);
            Box::pin(async move {
                match dead {
                    true => Err(Error::new(Reason::Forbidden, "no").with_verdict(Verdict::SessionDead)),
                    false => Ok(session),
                }
            })
        };
        self.keeper.with_session(operation, Deadline::after(Duration::from_secs(30)), work).await
    }
}

const MINUTE: Duration = Duration::from_secs(60);

async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_a_handful_of_times_in_a_day() {
    let bench = Bench::new("wrong");
    let mut tries = Vec::new();
    for minute in 0..24 * 60 {
        let before = bench.sign_ins();
        let error = bench.poll(false).await.unwrap_err();
        assert_eq!(error.reason(), Reason::Auth);
        assert!(!error.to_string().contains("wrong"), "{error}");
        if bench.sign_ins() > before {
            tries.push(minute);
        }
        wait(MINUTE).await;
    }
    // 15 minutes, doubling to six hours; the polls come each minute and a bit.
    assert_eq!(tries.len(), 8, "{tries:?}");
    let pauses: Vec<i32> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, expected) in pauses.iter().zip([15, 30, 60, 120, 240, 360, 360]) {
        assert!((expected - 1..=expected + 1).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_secret_is_tried_at_once() {
    let bench = Bench::new("wrong");
    bench.poll(false).await.unwrap_err();
    bench.poll(false).await.unwrap_err();
    assert_eq!(bench.sign_ins(), 1);
    std::fs::write(bench.file.path(), "right\n").unwrap();
    bench.poll(false).await.unwrap();
    assert_eq!(bench.sign_ins(), 2);
}

#[tokio::test(start_paused = true)]
async fn polls_at_the_same_time_sign_in_once() {
    let bench = Bench::new("right");
    let polls: Vec<_> = (0..10).map(|_| bench.poll(false)).collect();
    for session in futures_util::future::join_all(polls).await {
        assert_eq!(session.unwrap(), 0);
    }
    assert_eq!(bench.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_refused_however_fresh_is_not_renewed_at_every_poll() {
    let bench = Bench::new("right");
    for _ in 0..10 {
        bench.poll(true).await.unwrap_err();
        wait(MINUTE).await;
    }
    assert_eq!(bench.sign_ins(), 2, "the first, and one to see whether that helps");
    // What works again is used again, without a pause.
    bench.poll(false).await.unwrap();
    bench.poll(true).await.unwrap_err();
    assert_eq!(bench.sign_ins(), 3);
    // A day of refusals: pauses double here, too, up to an hour.
    for _ in 0..24 * 60 {
        bench.poll(true).await.unwrap_err();
        wait(MINUTE).await;
    }
    assert!(bench.sign_ins() <= 3 + 25, "{}", bench.sign_ins());
    assert_eq!(bench.fake.most_open.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_refused_however_fresh_is_not_renewed_at_every_poll_that_cannot_wait_for_it() {
    let bench = Bench::new("right");
    *bench.fake.takes.lock().unwrap() = Duration::from_secs(45);
    for _ in 0..10 {
        bench.read("page", true).await.unwrap_err();
        wait(MINUTE).await;
        bench.read("another", true).await.unwrap_err();
    }
    assert_eq!(bench.sign_ins(), 2, "the first, and one to see whether that helps");
    bench.poll(false).await.unwrap();
    bench.poll(true).await.unwrap_err();
    wait(MINUTE).await;
    assert_eq!(bench.sign_ins(), 3);
}

#[tokio::test(start_paused = true)]
async fn targets_of_one_account_try_a_refused_password_once() {
    let bench = Bench::new("wrong");
    let logins = bench.keeper.shared.logins.clone();
    let other =
        Keeper::new(Door(Arc::clone(&bench.fake)), Secret::File(bench.file.path().to_owned()), logins);
    let other = Bench {
        fake: Arc::clone(&bench.fake),
        keeper: Arc::new(other),
        file: tempfile::NamedTempFile::new().unwrap(),
    };
    let (one, two) = tokio::join!(bench.poll(false), other.poll(false));
    assert_eq!((one.unwrap_err().reason(), two.unwrap_err().reason()), (Reason::Auth, Reason::Auth));
    assert_eq!(bench.sign_ins(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_replaced_once_a_day_and_signed_out_before() {
    let bench = Bench::new("right");
    for _ in 0..50 {
        bench.poll(false).await.unwrap();
        wait(60 * MINUTE).await;
    }
    assert_eq!(bench.sign_ins(), 3);
    bench.keeper.sign_out(Deadline::after(MINUTE)).await;
    assert_eq!(bench.fake.sign_outs.load(Ordering::SeqCst), 3);
    assert_eq!(bench.fake.most_open.load(Ordering::SeqCst), 1);
    assert_eq!(bench.fake.open.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_poll_given_up_while_signing_in_leaves_no_session_behind() {
    let bench = Bench::new("right");
    let given_up = tokio::time::timeout(Duration::from_millis(10), bench.poll(false)).await;
    assert!(given_up.is_err());
    bench.keeper.sign_out(Deadline::after(MINUTE)).await;
    assert_eq!(bench.sign_ins(), 1);
    assert_eq!(bench.fake.open.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_takes_longer_than_a_poll_is_heard_out_and_used() {
    let bench = Bench::new("right");
    *bench.fake.takes.lock().unwrap() = Duration::from_secs(45);
    let poll = || {
        let work = |session: usize| -> BoxFuture<'static, _> { Box::pin(async move { Ok(session) }) };
        bench.keeper.with_session("page", Deadline::after(Duration::from_secs(10)), work)
    };
    let began = Instant::now();
    for number in 1..=4 {
        let error = poll().await.unwrap_err();
        assert_eq!((error.reason(), bench.sign_ins()), (Reason::Timeout, 1), "{error}");
        // No poll takes longer than it may.
        assert_eq!(began.elapsed().as_secs(), 10 * number);
    }
    poll().await.unwrap();
    poll().await.unwrap();
    assert_eq!(bench.sign_ins(), 1);
    bench.keeper.sign_out(Deadline::after(MINUTE)).await;
    assert_eq!(bench.fake.open.load(Ordering::SeqCst), 0);
}
