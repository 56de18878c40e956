//! Sessions of which more can be made without signing in again.

use super::*;

impl Bench {
    fn want_whole(&self, whole: bool) {
        self.fake.wants_whole.store(whole, Ordering::SeqCst);
    }

    fn completions(&self) -> usize {
        self.fake.completions.load(Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn a_fresh_session_that_is_refused_is_completed_before_a_new_one_is_opened() {
    let bench = Bench::new("right");
    bench.want_whole(true);
    for _ in 0..10 {
        assert_eq!(bench.poll(false).await.unwrap(), WHOLE);
    }
    assert_eq!((bench.sign_ins(), bench.completions()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_good_is_replaced_and_the_new_one_completed() {
    let bench = Bench::new("right");
    bench.poll(false).await.unwrap();
    bench.want_whole(true);
    assert_eq!(bench.poll(false).await.unwrap(), 1 | WHOLE);
    assert_eq!((bench.sign_ins(), bench.completions()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_whole_session_that_is_refused_costs_no_more_than_any_other() {
    let bench = Bench::new("right");
    bench.want_whole(true);
    for _ in 0..10 {
        bench.poll(true).await.unwrap_err();
        wait(MINUTE).await;
    }
    assert_eq!(bench.sign_ins(), 2);
    bench.keeper.sign_out(Deadline::after(MINUTE)).await;
    assert_eq!(bench.fake.open.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn polls_at_the_same_time_complete_once() {
    let bench = Bench::new("right");
    bench.want_whole(true);
    let polls: Vec<_> = (0..10).map(|_| bench.poll(false)).collect();
    for session in futures_util::future::join_all(polls).await {
        assert_eq!(session.unwrap(), WHOLE);
    }
    assert_eq!((bench.sign_ins(), bench.completions()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_session_known_to_be_gone_is_not_completed() {
    let bench = Bench::new("right");
    *bench.fake.check.lock().unwrap() = Some(|is_alive, _| Some(is_alive));
    bench.poll(true).await.unwrap_err();
    let completions = bench.completions();
    bench.fake.is_gone.store(true, Ordering::SeqCst);
    bench.poll(false).await.unwrap();
    assert_eq!((bench.sign_ins(), bench.completions()), (3, completions));
}
