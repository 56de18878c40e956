//! The check whether a session lives, and how far it is believed.

use super::*;

const HONEST: Check = |is_alive, _| Some(is_alive);

fn bench(check: Option<Check>) -> Bench {
    let bench = Bench::new("right");
    *bench.fake.check.lock().unwrap() = check;
    bench
}

impl Bench {
    fn checks(&self) -> usize {
        self.fake.checks.load(Ordering::SeqCst)
    }

    /// Ends the session, as an idle timeout or a restart would.
    fn kill(&self) {
        self.fake.is_gone.store(true, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_healthy_session_is_never_asked_after() {
    let bench = bench(Some(HONEST));
    for _ in 0..10 {
        bench.poll(false).await.unwrap();
        bench.kill();
    }
    assert_eq!((bench.sign_ins(), bench.checks()), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_gone_during_the_pause_is_renewed_at_the_next_poll() {
    let bench = bench(Some(HONEST));
    for _ in 0..10 {
        bench.poll(true).await.unwrap_err();
        wait(MINUTE).await;
    }
    assert_eq!(bench.sign_ins(), 2);
    bench.kill();
    bench.poll(false).await.unwrap();
    assert_eq!(bench.sign_ins(), 3);
}

#[tokio::test(start_paused = true)]
async fn without_a_check_a_session_gone_during_the_pause_waits_for_its_end() {
    let never_sure: Check = |_, _| None;
    for check in [None, Some(never_sure)] {
        let bench = bench(check);
        bench.poll(true).await.unwrap_err();
        bench.kill();
        for _ in 0..14 {
            bench.poll(false).await.unwrap_err();
            wait(MINUTE).await;
        }
        assert_eq!((bench.sign_ins(), bench.checks()), (2, 1));
        wait(MINUTE).await;
        bench.poll(false).await.unwrap();
        assert_eq!(bench.sign_ins(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn no_check_however_odd_makes_for_a_sign_in_at_every_poll() {
    let always_dead: Check = |_, _| Some(false);
    let always_alive: Check = |_, _| Some(true);
    let alternating: Check = |_, number| Some(number % 2 == 0);
    let every_third: Check = |_, number| [Some(true), Some(false), None][number % 3];
    for (check, most) in [
        (None, 25),
        (Some(HONEST), 25),
        (Some(always_dead), 25),
        (Some(always_alive), 25),
        // One more for each pause.
        (Some(alternating), 50),
        (Some(every_third), 50),
    ] {
        let bench = bench(check);
        for _ in 0..100 {
            bench.poll(true).await.unwrap_err();
        }
        assert!(bench.sign_ins() <= 3, "{}", bench.sign_ins());
        for _ in 0..24 * 60 {
            bench.poll(true).await.unwrap_err();
            wait(MINUTE).await;
        }
        assert!(bench.sign_ins() <= 3 + most, "{}", bench.sign_ins());
        assert_eq!(bench.fake.most_open.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_stays_refused_while_sessions_die_is_not_met_with_sign_ins() {
    let bench = bench(Some(HONEST));
    for _ in 0..24 * 60 {
        bench.poll(true).await.unwrap_err();
        bench.kill();
        wait(MINUTE).await;
    }
    assert!(bench.sign_ins() <= 3 + 50, "{}", bench.sign_ins());
}

#[tokio::test(start_paused = true)]
async fn a_session_gone_during_the_pause_does_not_prolong_it() {
    let bench = bench(Some(HONEST));
    bench.poll(true).await.unwrap_err();
    wait(5 * MINUTE).await;
    bench.kill();
    bench.poll(true).await.unwrap_err();
    assert_eq!(bench.sign_ins(), 3);
    wait(11 * MINUTE).await;
    bench.poll(true).await.unwrap_err();
    assert_eq!(bench.sign_ins(), 4);
}
