//! A day with a wrong password, as the system sees it.

use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Clock, Polled, Systems};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Three failures within it lock the account.
const WINDOW: Duration = Duration::from_secs(60);

/// After 15 minutes, doubling up to 6 hours: 0:00, 0:15, 0:45, 1:45, 3:45,
/// 7:45, 13:45, 19:45.
const TRIES: usize = 8;

async fn a_wrong_password_is_tried_eight_times_a_day(interval: &str) {
    let clock = Clock::hold();
    let systems = Systems::start_plain().await;
    for system in systems.each() {
        let secret = format!("{}: wrong", system.secret_key);
        let lines = [secret.as_str(), "allow_plain_http: true", interval];
        let entry = system.entry(system.name, &system.simulation.url(), &lines);
        let mut polled = Polled::new(&format!("{}:\n{entry}", system.section));
        let started = Instant::now();
        let mut tries = Vec::new();
        while started.elapsed() < DAY {
            let next = clock.run(polled.poll(), || false).await;
            assert!(!system.simulation.is_locked(), "{}", system.name);
            if system.login_requests() > tries.len() {
                tries.push(started.elapsed());
            }
            assert_eq!(system.login_requests(), tries.len(), "{}", system.name);
            tokio::time::advance(next).await;
        }
        assert_eq!(tries.len(), TRIES, "{}: {tries:?}", system.name);
        assert!(tries.windows(3).all(|three| three[2] - three[0] > WINDOW), "{}: {tries:?}", system.name);
        assert_eq!(system.simulation.failed_logins(), TRIES, "{}", system.name);
        assert_eq!(system.simulation.requests().len(), TRIES, "{}", system.name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_eight_times_a_day_at_the_usual_interval() {
    a_wrong_password_is_tried_eight_times_a_day("interval: 5m").await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_eight_times_a_day_at_a_short_interval() {
    a_wrong_password_is_tried_eight_times_a_day("interval: 1m").await;
}
