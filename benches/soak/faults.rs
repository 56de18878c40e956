//! What befalls the systems, from a seed: each of them something about once a
//! minute.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use fortinet_exporter::simulator::Answer;
use serde_json::json;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::systems::{System, Systems};

const ONCE_PER: Duration = Duration::from_secs(60);
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

/// Goes on until `stop`, and then until every system is up again.
pub(crate) async fn inject(systems: Arc<Systems>, seed: u64, stop: CancellationToken) {
    let mut rng = Rng::with_seed(seed);
    let outages = TaskTracker::new();
    let pause = ONCE_PER / u32::try_from(systems.len().max(1)).unwrap_or(u32::MAX);
    while stop.run_until_cancelled(sleep(pause)).await.is_some() {
        let index = rng.usize(..systems.len().max(1));
        if rng.u8(..10) == 0 {
            let length = Duration::from_millis(rng.u64(500..10_000));
            outages.spawn(outage(Arc::clone(&systems), index, length));
        } else if let Some(system) = systems.get(index) {
            befall(system, &mut rng);
        }
    }
    outages.close();
    outages.wait().await;
}

/// The system restarts: its sessions are gone as well.
async fn outage(systems: Arc<Systems>, index: usize, length: Duration) {
    let Some(system) = systems.get(index) else { return };
    system.stop().await;
    sleep(length).await;
    system.kill_sessions();
    // Its port may be taken by then: it is down until the end, and the exporter has to bear it.
    let _ = system.resume().await;
}

fn befall(system: &System, rng: &mut Rng) {
    let next = |answer: Answer, rng: &mut Rng| {
        system.override_path_times(system.pages(), answer, rng.usize(1..5));
    };
    match rng.u8(..100) {
        0..30 => system.kill_sessions(),
        30..40 => next(Answer::status(500), rng),
        40..48 => next(Answer::html(503, LOGIN_PAGE).header("retry-after", "2"), rng),
        48..56 => next(Answer::status(429).header("retry-after", "3"), rng),
        56..64 => next(Answer::html(200, LOGIN_PAGE), rng),
        64..72 => next(half_an_answer().broken_off(), rng),
        72..80 => next(half_an_answer(), rng),
        80..84 => next(Answer::json(200, &json!({"what": "else"})), rng),
        // From bearable to beyond the exporter's patience.
        84..98 => system.delay_next(system.pages(), Duration::from_millis(rng.u64(200..15_000))),
        _ => {
            system.kill_sessions();
            system.override_path_times(system.login(), Answer::status(503), 1);
        }
    }
}

fn half_an_answer() -> Answer {
    Answer::status(200)
        .header("content-type", "application/json")
        .body(&br#"{"licenses": {"AVEN": {"txt": "24x"#[..])
}
