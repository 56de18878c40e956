//! The counts of a fleet. Nothing of a single endpoint is kept.

use std::borrow::Cow;

use super::field::{EVENTS, FEATURES, VULNERABILITIES};
use super::os;
use super::row::Row;
use crate::config::Grouping;
use crate::observation::{Tally, is_label, label};
use crate::upstream::{Scalar, Unknown, Unreadable};

/// The ages of the last contact, as label values.
pub(super) const AGES: [&str; 6] = ["under_1h", "under_1d", "under_7d", "under_30d", "over_30d", "never"];

/// No clock is further ahead than this.
const YEAR: f64 = 366.0 * 86_400.0;

/// How many endpoints say yes to something, of those that say anything.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Count {
    yes: u64,
    known: u64,
}

impl Count {
    fn add(&mut self, answer: Option<bool>) {
        self.known += u64::from(answer.is_some());
        self.yes += u64::from(answer == Some(true));
    }

    /// The count; unknown where there are endpoints and none says anything,
    /// as with fields that older releases do not have.
    pub(super) fn of(self, endpoints: u64) -> Option<f64> {
        (self.known > 0 || endpoints == 0).then_some(self.yes as f64)
    }
}

/// The counts of all endpoints seen.
#[derive(Debug)]
pub(super) struct Fleet {
    now: f64,
    by: Vec<Grouping>,
    unreadable: Unreadable,
    pub(super) endpoints: u64,
    pub(super) managed: Count,
    pub(super) registered: Count,
    pub(super) online: Count,
    pub(super) on_fabric: Count,
    pub(super) quarantined: Count,
    pub(super) excluded: Count,
    pub(super) migrating: Count,
    pub(super) out_of_sync: Count,
    pub(super) client_outdated: Count,
    pub(super) av_outdated: Count,
    pub(super) vulnerable: Count,
    /// By index into [`os::KINDS`]; meaningful if any endpoint reports one.
    pub(super) by_os: [u64; os::KINDS.len()],
    pub(super) os_reported: bool,
    os_kinds: os::Kinds,
    /// By index into [`AGES`]; meaningful if any endpoint says when it was seen.
    pub(super) by_age: [u64; AGES.len()],
    pub(super) by_version: Tally,
    pub(super) by_policy: Tally,
    pub(super) by_group: Tally,
    /// In the order of [`FEATURES`].
    pub(super) features: [Count; FEATURES.len()],
    /// Sums in the order of [`EVENTS`]; `None` until an endpoint has the field.
    pub(super) events: [Option<f64>; EVENTS.len()],
}

impl Fleet {
    /// An empty fleet, looked at at `now` in seconds since 1970, with these
    /// extra breakdowns.
    pub(super) fn new(now: f64, by: &[Grouping]) -> Self {
        Self {
            now,
            by: by.to_vec(),
            unreadable: Unreadable::default(),
            endpoints: 0,
            managed: Count::default(),
            registered: Count::default(),
            online: Count::default(),
            on_fabric: Count::default(),
            quarantined: Count::default(),
            excluded: Count::default(),
            migrating: Count::default(),
            out_of_sync: Count::default(),
            client_outdated: Count::default(),
            av_outdated: Count::default(),
            vulnerable: Count::default(),
            by_os: [0; os::KINDS.len()],
            os_reported: false,
            os_kinds: os::Kinds::default(),
            by_age: [0; AGES.len()],
            by_version: Tally::default(),
            by_policy: Tally::default(),
            by_group: Tally::default(),
            features: [Count::default(); FEATURES.len()],
            events: [None; EVENTS.len()],
        }
    }

    /// Counts one endpoint.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        self.endpoints += 1;
        if !row.is_object {
            self.unreadable.count("endpoints");
            return;
        }
        if row.device_id().is_none() {
            self.unreadable.check::<()>("device_id", &row.device_id, None);
        }
        self.add_states(row);
        self.add_texts(row);
        self.add_age(row);
        let unreadable = &mut self.unreadable;
        for ((count, value), (field, _)) in self.features.iter_mut().zip(&row.features).zip(FEATURES) {
            count.add(unreadable.check(field, value, value.flag()));
        }
        for ((sum, value), (field, _)) in self.events.iter_mut().zip(&row.events).zip(EVENTS) {
            if let Some(events) = unreadable.check(field, value, value.quantity()) {
                *sum = Some(sum.unwrap_or_default() + events);
            }
        }
    }

    fn add_states(&mut self, row: &Row<'_>) {
        let unreadable = &mut self.unreadable;
        let mut flag = |field, value: &Scalar<'_>| unreadable.check(field, value, value.flag());
        self.managed.add(flag("is_managed", &row.managed));
        self.registered.add(flag("is_ems_registered", &row.registered));
        let online = flag("is_ems_online", &row.online);
        self.online.add(online);
        self.on_fabric.add(flag("is_ems_onnet", &row.on_net));
        self.quarantined.add(flag("is_quarantined", &row.quarantined));
        self.excluded.add(flag("is_excluded", &row.excluded));
        self.migrating.add(flag("is_migrating", &row.migrating));
        let synced = flag("client_policy_synced", &row.policy_synced);
        // Whoever is offline cannot have the current policy: that is no fault.
        self.out_of_sync.add(online.zip(synced).map(|(online, synced)| online && !synced));
        self.client_outdated
            .add(flag("client_version_up_to_date", &row.client_current).map(|current| !current));
        let av_current = flag("client_av_sig_version_up_to_date", &row.av_current);
        self.av_outdated.add(av_current.map(|current| !current));
        let vulnerabilities = row.events.get(VULNERABILITIES).and_then(Scalar::quantity);
        self.vulnerable.add(vulnerabilities.map(|count| count > 0.0));
    }

    fn add_texts(&mut self, row: &Row<'_>) {
        let unreadable = &mut self.unreadable;
        let os = name(unreadable, "os_version", &row.os_version);
        self.os_reported |= !os.is_empty();
        if let Some(count) = self.by_os.get_mut(self.os_kinds.of(&os)) {
            *count += 1;
        }
        self.by_version.add(&name(unreadable, "fct_version", &row.fct_version));
        if self.by.contains(&Grouping::Policy) {
            self.by_policy.add(&name(unreadable, "endpoint_policy_name", &row.policy));
        }
        if self.by.contains(&Grouping::Group) {
            let path = name(unreadable, "group_path", &row.group_path);
            let group = if path.is_empty() { name(unreadable, "group_name", &row.group_name) } else { path };
            self.by_group.add(&group);
        }
    }

    fn add_age(&mut self, row: &Row<'_>) {
        let Some(last_seen) = &row.last_seen else { return };
        let age = match self.unreadable.check("last_seen", last_seen, last_seen.quantity()) {
            None if !last_seen.is_empty() => return,
            None | Some(0.0) => 5,
            // Milliseconds, for example.
            Some(seen) if seen > self.now + YEAR => {
                self.unreadable.count("last_seen");
                return;
            }
            // A clock ahead of ours has just been heard of.
            Some(seen) => match self.now - seen {
                age if age < 3_600.0 => 0,
                age if age < 86_400.0 => 1,
                age if age < 7.0 * 86_400.0 => 2,
                age if age < 30.0 * 86_400.0 => 3,
                _ => 4,
            },
        };
        if let Some(count) = self.by_age.get_mut(age) {
            *count += 1;
        }
    }

    /// Takes in the keys of a page that nobody knows.
    pub(super) fn note(&mut self, unknown: &Unknown) {
        self.unreadable.unknown.extend(unknown);
    }

    pub(super) fn into_unreadable(self) -> Unreadable {
        self.unreadable
    }
}

/// A text of a row as a label value, empty where there is none; as a rule it
/// is not copied.
fn name<'a>(unreadable: &mut Unreadable, field: &'static str, value: &'a Scalar<'_>) -> Cow<'a, str> {
    match unreadable.check(field, value, value.text()) {
        Some(text) if is_label(&text) => text,
        Some(text) => Cow::Owned(label(&text)),
        None => Cow::Borrowed(""),
    }
}
