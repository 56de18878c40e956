//! One endpoint as facts, before any EMS version wrote it down.

use fastrand::Rng;
use jiff::Timestamp;

use super::mix::{self, Shape, percent, pick};

/// The current client; older ones are out of date.
const CURRENT: [u32; 4] = [7, 4, 2, 1737];

/// One endpoint.
pub(super) struct Machine {
    pub(super) id: u64,
    pub(super) shape: Shape,
    pub(super) name: String,
    pub(super) system: &'static str,
    pub(super) client: Option<[u32; 4]>,
    pub(super) managed: bool,
    pub(super) online: bool,
    pub(super) on_fabric: bool,
    pub(super) quarantined: bool,
    pub(super) excluded: bool,
    pub(super) migrating: bool,
    pub(super) synced: bool,
    pub(super) signatures_current: bool,
    pub(super) policy: Option<(u32, &'static str)>,
    pub(super) group: (u32, &'static str),
    /// Epoch seconds.
    pub(super) last_seen: Option<i64>,
    pub(super) features: Vec<(&'static str, bool)>,
    pub(super) events: Vec<(&'static str, u32)>,
    /// A picture of this many characters in base64.
    pub(super) avatar: Option<usize>,
}

impl Machine {
    /// Rolls the endpoint at this place. Every place has its own generator, so that a page of rows does
    /// not depend on the pages before it.
    pub(super) fn roll(index: usize, seed: u64, now: Timestamp) -> Self {
        let place = u64::try_from(index).unwrap_or(u64::MAX);
        let mut rng = Rng::with_seed(seed.rotate_left(32) ^ place);
        let rng = &mut rng;

        let shape = pick(rng, &mix::SHAPES, Shape::Users);
        let in_ems = shape != Shape::DirectoryOnly;
        // About 3 in 100 have the client but have left, or not yet joined, this EMS.
        let managed = in_ems && !percent(rng, 3);
        let online = managed && percent(rng, 70);
        let (system, prefix) =
            if in_ems { pick(rng, &mix::SYSTEMS, mix::DIRECTORY_SYSTEM) } else { mix::DIRECTORY_SYSTEM };
        let client = in_ems.then(|| pick(rng, &mix::CLIENTS, CURRENT));
        Self {
            // Ids have gaps: endpoints come and go.
            id: place * 3 + 7,
            shape,
            name: name(rng, prefix, place),
            system,
            client,
            managed,
            online,
            on_fabric: online && percent(rng, 55),
            quarantined: managed && percent(rng, 1),
            excluded: percent(rng, 2),
            migrating: managed && percent(rng, 1),
            synced: managed && percent(rng, 93),
            signatures_current: managed && percent(rng, 88),
            policy: managed.then(|| pick(rng, &mix::POLICIES, None)).flatten(),
            group: pick(rng, &mix::GROUPS, (2, "Other Endpoints")),
            last_seen: in_ems.then(|| last_seen(rng, now, online, managed)).flatten(),
            features: mix::FEATURES
                .iter()
                .map(|&(key, chance)| (key, managed && percent(rng, chance)))
                .collect(),
            events: mix::EVENTS.iter().map(|&(key, chance)| (key, events(rng, managed, chance))).collect(),
            avatar: percent(rng, 3).then(|| rng.usize(2_000..8_000)),
        }
    }

    pub(super) fn client_current(&self) -> bool {
        self.client.is_some_and(|client| client >= CURRENT)
    }

    pub(super) fn events_of(&self, kind: &str) -> u32 {
        self.events.iter().find_map(|&(key, count)| (key == kind).then_some(count)).unwrap_or_default()
    }
}

/// Names repeat: a few machines were never renamed after imaging.
fn name(rng: &mut Rng, prefix: &str, place: u64) -> String {
    if percent(rng, 2) { "DESKTOP-IMAGE".to_owned() } else { format!("{prefix}{:04}", place % 10_000) }
}

/// An online endpoint reported within the last half minute; one that never did has no time at all.
fn last_seen(rng: &mut Rng, now: Timestamp, online: bool, managed: bool) -> Option<i64> {
    let now = now.as_second();
    if online {
        return Some(now - rng.i64(0..30));
    }
    if !managed && percent(rng, 50) {
        return None;
    }
    let (youngest, oldest) = pick(rng, &mix::OFFLINE_AGES, (60, 3_600));
    Some(now - rng.i64(youngest..oldest))
}

fn events(rng: &mut Rng, managed: bool, chance: u32) -> u32 {
    if managed && percent(rng, chance) { rng.u32(1..20) } else { 0 }
}
