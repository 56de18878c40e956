//! The managed devices, counted while they pass by.

use std::collections::HashSet;

use serde_json::Value;

use super::device::Device;
use crate::observation::Tally;
use crate::upstream::{Error, Reason, Unreadable};

/// Devices with series of their own.
const MOST_SHOWN: usize = 1_000;

/// What was seen so far, each device once.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) connection: Tally,
    pub(super) configuration: Tally,
    pub(super) status: Tally,
    pub(super) platform: Tally,
    pub(super) version: Tally,
    pub(super) vm_license: Tally,
    pub(super) vm_license_ends: Vec<f64>,
    /// VMs that have not validated their licence for too long; unknown where no row says so.
    pub(super) overdue: Option<u32>,
    /// Those shown one by one, if any are to be.
    pub(super) shown: Option<Vec<Device>>,
    pub(super) left_out: u32,
    pub(super) unreadable: Unreadable,
    /// Whether any row says when a licence ends, or that none does.
    pub(super) tells_ends: bool,
    rows: usize,
    seen: HashSet<String>,
}

impl Census {
    /// Of nothing yet; `series` is whether devices are to be shown one by one.
    pub(super) fn new(series: bool) -> Self {
        Self { shown: series.then(Vec::new), ..Self::default() }
    }

    /// Counts the rows of a page; whether there was any that was not seen before.
    pub(super) fn take(&mut self, rows: &[Value]) -> bool {
        let before = self.seen.len();
        self.rows += rows.len();
        for row in rows {
            if let Some(device) = Device::read(row, &mut self.unreadable)
                && self.seen.insert(device.name.clone())
            {
                self.count(device);
            }
        }
        self.seen.len() > before
    }

    /// All of it, unless there were rows and none was a device.
    pub(super) fn whole(self) -> Result<Self, Error> {
        if self.rows > 0 && self.seen.is_empty() {
            let message = format!("the list of devices has {} rows, and none has a name", self.rows);
            return Err(Error::new(Reason::UnexpectedPayload, message));
        }
        Ok(self)
    }

    /// Whether there is none at all.
    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub(super) fn devices(&self) -> usize {
        self.seen.len()
    }

    fn count(&mut self, device: Device) {
        for (tally, value) in [
            (&mut self.connection, &device.connection),
            (&mut self.configuration, &device.configuration),
            (&mut self.status, &device.status),
            (&mut self.platform, &device.platform),
            (&mut self.version, &device.version),
            (&mut self.vm_license, &device.vm_license),
        ] {
            tally.add(value.as_deref().unwrap_or_default());
        }
        self.tells_ends |= device.tells_end;
        self.vm_license_ends.extend(device.vm_license_end);
        if let Some(is_overdue) = device.is_overdue {
            *self.overdue.get_or_insert(0) += u32::from(is_overdue);
        }
        match &mut self.shown {
            Some(shown) if shown.len() < MOST_SHOWN => shown.push(device),
            Some(_) => self.left_out += 1,
            None => {}
        }
    }
}
