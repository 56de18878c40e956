//! [`License`] → samples.

use super::super::contract::{self, Source};
use super::super::families::Families;
use super::domain::License;
use crate::observation::Samples;

pub(super) fn samples(license: &License, account_info: bool, m: &Families) -> Samples {
    let mut samples = Samples::default();
    let flag = |samples: &mut Samples, metric, value| samples.push_flag(metric, &[], value);
    flag(&mut samples, m.vm_valid, license.vm.valid);
    flag(&mut samples, m.vm_duplicate, license.vm.duplicate);
    flag(&mut samples, m.vm_trial, license.vm.trial);
    flag(&mut samples, m.log_daily_exceeded, license.log_today.exceeded);
    flag(&mut samples, m.disk_exceeded, license.disk_exceeded);

    samples.push(m.devices_used, &[], license.devices_used);
    samples.push(m.devices_limit, &[], license.devices_limit);
    samples.push(m.adoms_limit, &[], license.adoms_limit);
    samples.push(m.log_daily_used, &[], license.log_today.bytes);
    samples.push(m.log_daily_limit, &[], license.log_limit);
    samples.push(m.disk_used, &[], license.disk_used);
    samples.push(m.disk_limit, &[], license.disk_limit);

    for managed in &license.managed {
        samples.push(m.managed_devices, &[&managed.kind], managed.count);
    }
    for day in &license.log_history {
        let days_ago = day.days_ago.to_string();
        samples.push(m.log_history_used, &[&days_ago], day.used);
        samples.push_flag(m.log_history_exceeded, &[&days_ago], day.exceeded);
    }
    for (feature, enabled) in &license.features {
        samples.push_flag(m.feature_enabled, &[feature], *enabled);
    }
    contract::push(&license.contracts, Source::Gui, m, &mut samples);
    infos(license, account_info, m, &mut samples);
    samples
}

/// The texts of the payload. One without any known label is left out.
fn infos(license: &License, account_info: bool, m: &Families, samples: &mut Samples) {
    let platform = &license.platform;
    let platform =
        [&platform.vm, &platform.license_type, &platform.encryption_type, &platform.vm_meter_license];
    if platform.iter().any(|label| label.is_some()) {
        let labels = platform.map(|label| label.as_deref().unwrap_or_default());
        samples.push(m.platform_info, &labels, 1.0);
    }
    if account_info {
        contract::push_account([license.account_id.as_deref(), license.company.as_deref()], m, samples);
    }
}
