//! Counts and devices → samples.

use super::super::choice::Words;
use super::super::days_left::{self, DaysLeft};
use super::super::metrics as m;
use super::census::Census;
use super::device::Device;
use super::words;
use crate::observation::{LabelValues, Samples};
use crate::poll::Findings;

impl Census {
    /// What was counted, as of `now` in seconds since 1970.
    pub(super) fn into_findings(self, now: f64) -> Findings {
        let mut samples = Samples::default();
        self.connection.push(&m::DEVICES_BY_CONNECTION, &mut samples);
        self.configuration.push(&m::DEVICES_BY_CONFIGURATION, &mut samples);
        self.status.push(&m::DEVICES_BY_STATUS, &mut samples);
        self.platform.push(&m::DEVICES_BY_PLATFORM, &mut samples);
        self.version.push(&m::DEVICES_BY_VERSION, &mut samples);
        self.vm_license.push(&m::VM_LICENSES_BY_STATUS, &mut samples);
        // Where the field is told, what is not there is none.
        if self.is_empty() || self.connection.is_told() {
            for word in words::CONNECTION {
                samples.push(&m::DEVICES_BY_CONNECTION, &[word], 0.0);
            }
        }
        if self.is_empty() || self.configuration.is_told() {
            for word in words::CONFIGURATION {
                samples.push(&m::DEVICES_BY_CONFIGURATION, &[word], 0.0);
            }
        }
        let mut left = DaysLeft::new(now);
        self.vm_license_ends.iter().for_each(|end| left.add(*end));
        if self.is_empty() || self.tells_ends {
            left.push(&m::VM_LICENSES_BY_TIME_LEFT, &[], &mut samples);
        }
        samples.push(&m::VM_LICENSE_NEXT_EXPIRY, &[], left.next());
        samples.push(&m::VM_LICENSES_OVERDUE, &[], self.overdue.map(f64::from));
        if let Some(shown) = &self.shown {
            samples.push(&m::DEVICE_SERIES_LEFT_OUT, &[], f64::from(self.left_out));
            shown.iter().for_each(|device| push_device(device, &mut samples));
        }
        Findings { samples, unreadable: self.unreadable }
    }
}

fn push_device(device: &Device, samples: &mut Samples) {
    let name = device.name.as_str();
    samples.push_flag(&m::DEVICE_UP, &[name], either(&device.connection, "up", "down"));
    samples.push_flag(&m::DEVICE_IN_SYNC, &[name], either(&device.configuration, "insync", "outofsync"));
    samples.push(&m::DEVICE_VM_LICENSE_EXPIRY, &[name], device.vm_license_end);
    let [serial, platform, version, status, vm_license] =
        [&device.serial, &device.platform, &device.version, &device.status, &device.vm_license]
            .map(|text| text.as_deref().unwrap_or_default());
    samples.push(&m::DEVICE_INFO, &[name, serial, platform, version, status, vm_license], 1.0);
}

/// Whether it is the one or the other; `unknown`, of a model for a device to come, is neither.
fn either(value: &Option<String>, yes: &str, no: &str) -> Option<bool> {
    let value = value.as_deref()?;
    if value == yes { Some(true) } else { (value == no).then_some(false) }
}

/// The label values that are known beforehand.
pub(in crate::fortimanager) fn label_values() -> [LabelValues; 5] {
    let listed = |metric, label, words: Words| {
        let values = LabelValues::closed(metric, label, words.iter().map(|word| (*word, "")));
        values.open("any other of FortiManager, as it is")
    };
    [
        listed(&m::DEVICES_BY_CONNECTION, "connection", words::CONNECTION),
        listed(&m::DEVICES_BY_CONFIGURATION, "configuration", words::CONFIGURATION),
        listed(&m::DEVICES_BY_STATUS, "status", words::STATUS),
        listed(&m::VM_LICENSES_BY_STATUS, "status", words::VM_LICENSE),
        days_left::label_values(&m::VM_LICENSES_BY_TIME_LEFT),
    ]
}
