//! [`License`] → samples.

use super::super::contract::{self, Source};
use super::super::metrics as m;
use super::domain::License;
use crate::observation::Samples;

pub(super) fn samples(license: &License, account_info: bool) -> Samples {
    let mut samples = Samples::default();
    let flag = |samples: &mut Samples, metric, value| samples.push_flag(metric, &[], value);
    flag(&mut samples, &m::VM_VALID, license.vm.valid);
    flag(&mut samples, &m::VM_DUPLICATE, license.vm.duplicate);
    flag(&mut samples, &m::VM_TRIAL, license.vm.trial);
    flag(&mut samples, &m::LOG_DAILY_EXCEEDED, license.log_today.exceeded);
    flag(&mut samples, &m::DISK_EXCEEDED, license.disk_exceeded);

    samples.push(&m::DEVICES_USED, &[], license.devices_used);
    samples.push(&m::DEVICES_LIMIT, &[], license.devices_limit);
    samples.push(&m::ADOMS_LIMIT, &[], license.adoms_limit);
    samples.push(&m::LOG_DAILY_USED, &[], license.log_today.bytes);
    samples.push(&m::LOG_DAILY_LIMIT, &[], license.log_limit);
    samples.push(&m::DISK_USED, &[], license.disk_used);
    samples.push(&m::DISK_LIMIT, &[], license.disk_limit);

    for managed in &license.managed {
        samples.push(&m::MANAGED_DEVICES, &[&managed.kind], managed.count);
    }
    for day in &license.log_history {
        let days_ago = day.days_ago.to_string();
        samples.push(&m::LOG_HISTORY_USED, &[&days_ago], day.used);
        samples.push_flag(&m::LOG_HISTORY_EXCEEDED, &[&days_ago], day.exceeded);
    }
    for (feature, enabled) in &license.features {
        samples.push_flag(&m::FEATURE_ENABLED, &[feature], *enabled);
    }
    contract::push(&license.contracts, Source::Gui, &mut samples);
    infos(license, account_info, &mut samples);
    samples
}

/// The texts of the payload. One without any known label is left out.
fn infos(license: &License, account_info: bool, samples: &mut Samples) {
    let platform = &license.platform;
    let platform =
        [&platform.vm, &platform.license_type, &platform.encryption_type, &platform.vm_meter_license];
    if platform.iter().any(|label| label.is_some()) {
        let labels = platform.map(|label| label.as_deref().unwrap_or_default());
        samples.push(&m::PLATFORM_INFO, &labels, 1.0);
    }
    if account_info {
        contract::push_account([license.account_id.as_deref(), license.company.as_deref()], samples);
    }
}
