//! [`Fleet`] → samples.

use super::super::metrics as m;
use super::field::{EVENTS, FEATURES};
use super::fleet::{AGES, Fleet};
use super::os;
use crate::config::Grouping;
use crate::observation::Samples;

pub(super) fn samples(fleet: &Fleet, by: &[Grouping]) -> Samples {
    let mut samples = Samples::default();
    let endpoints = fleet.endpoints;
    samples.push(&m::ENDPOINTS, &[], endpoints as f64);
    for (metric, count) in [
        (&m::MANAGED, fleet.managed),
        (&m::REGISTERED, fleet.registered),
        (&m::ONLINE, fleet.online),
        (&m::ON_FABRIC, fleet.on_fabric),
        (&m::QUARANTINED, fleet.quarantined),
        (&m::EXCLUDED, fleet.excluded),
        (&m::MIGRATING, fleet.migrating),
        (&m::OUT_OF_SYNC, fleet.out_of_sync),
        (&m::CLIENT_OUTDATED, fleet.client_outdated),
        (&m::AV_SIGNATURE_OUTDATED, fleet.av_outdated),
        (&m::VULNERABLE, fleet.vulnerable),
    ] {
        samples.push(metric, &[], count.of(endpoints));
    }
    if endpoints == 0 || fleet.os_reported {
        for (kind, count) in os::KINDS.iter().zip(fleet.by_os) {
            samples.push(&m::BY_OS, &[kind], count as f64);
        }
    }
    if endpoints == 0 || fleet.by_age.iter().any(|count| *count > 0) {
        for (age, count) in AGES.iter().zip(fleet.by_age) {
            samples.push(&m::BY_LAST_SEEN, &[age], count as f64);
        }
    }
    for ((_, feature), count) in FEATURES.iter().zip(fleet.features) {
        // Without endpoints nothing says which features this release has.
        let count = if endpoints == 0 { None } else { count.of(endpoints) };
        samples.push(&m::FEATURE_ENABLED, &[feature], count);
    }
    for ((_, kind), sum) in EVENTS.iter().zip(fleet.events) {
        samples.push(&m::SECURITY_EVENTS, &[kind], sum);
    }
    fleet.by_version.push(&m::BY_VERSION, &mut samples);
    for grouping in by {
        match grouping {
            Grouping::Policy => fleet.by_policy.push(&m::BY_POLICY, &mut samples),
            Grouping::Group => fleet.by_group.push(&m::BY_GROUP, &mut samples),
        }
    }
    samples
}
