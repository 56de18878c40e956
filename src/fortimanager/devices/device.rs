//! What is read of a device.

use serde_json::Value;

use super::super::choice::{Words, word};
use super::super::system::clock;
use super::words;
use crate::observation::label;
use crate::upstream::{Scalar, Unreadable};

/// What is asked for, and nothing else: other fields of a device hold passwords
/// and keys (`adm_pass`, `psk`, `private_key`).
pub(super) const FIELDS: [&str; 12] = [
    "name",
    "sn",
    "platform_str",
    "os_ver",
    "mr",
    "patch",
    "conn_status",
    "conf_status",
    "dev_status",
    "vm_status",
    "vm_lic_expire",
    "vm_lic_overdue_since",
];

/// A managed device. Unknown is `None`.
#[derive(Debug, Default)]
pub(super) struct Device {
    pub(super) name: String,
    pub(super) serial: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) version: Option<String>,
    pub(super) connection: Option<String>,
    pub(super) configuration: Option<String>,
    pub(super) status: Option<String>,
    /// Of a virtual machine.
    pub(super) vm_license: Option<String>,
    pub(super) vm_license_end: Option<f64>,
    /// Whether it is known if that has an end.
    pub(super) tells_end: bool,
    pub(super) is_overdue: Option<bool>,
}

impl Device {
    /// Reads a row; one without a name is none.
    pub(super) fn read(row: &Value, unreadable: &mut Unreadable) -> Option<Self> {
        let field = |key: &str| row.get(key).map(Scalar::from).unwrap_or_default();
        let text = |key| field(key).text().map(|text| label(&text)).filter(|text| !text.is_empty());
        let Some(name) = text("name") else {
            unreadable.count("name");
            return None;
        };
        let mut choice = |key, words: Words| {
            let value = field(key);
            unreadable.check(key, &value, word(&value, words))
        };
        let connection = choice("conn_status", words::CONNECTION);
        let configuration = choice("conf_status", words::CONFIGURATION);
        let status = choice("dev_status", words::STATUS);
        let vm_license = choice("vm_status", words::VM_LICENSE).filter(|word| word != "n_a");
        // 0 is for no end, as it is for never.
        let mut moment = |key| {
            let value = field(key);
            let moment = value.quantity().filter(|at| *at == 0.0 || clock::is_plausible(*at));
            unreadable.check(key, &value, moment)
        };
        let end = moment("vm_lic_expire");
        let overdue_since = moment("vm_lic_overdue_since");
        Some(Self {
            name,
            serial: text("sn"),
            platform: text("platform_str"),
            version: version(&field("os_ver"), &field("mr"), &field("patch")),
            connection,
            configuration,
            status,
            vm_license,
            vm_license_end: end.filter(|end| *end > 0.0),
            tells_end: end.is_some(),
            is_overdue: overdue_since.map(|since| since > 0.0),
        })
    }
}

/// FortiOS 7.2.13 stands there as `7.0` or `7`, `2` and `13`: of the first only the number before the
/// point is of the version.
fn version(os_ver: &Scalar<'_>, mr: &Scalar<'_>, patch: &Scalar<'_>) -> Option<String> {
    let os_ver = os_ver.text()?;
    let major: u32 = os_ver.split('.').next()?.parse().ok()?;
    // -1 is for what is not known.
    let part = |part: &Scalar<'_>| part.quantity().filter(|part| part.fract() == 0.0 && *part < 1000.0);
    let minor = part(mr)?;
    Some(match part(patch) {
        Some(patch) => format!("{major}.{minor}.{patch}"),
        None => format!("{major}.{minor}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_version_is_put_together() {
        let read = |os_ver: Value, mr: Value, patch: Value| {
            version(&Scalar::from(&os_ver), &Scalar::from(&mr), &Scalar::from(&patch))
        };
        assert_eq!(read(json!("7.0"), json!(2), json!(13)).as_deref(), Some("7.2.13"));
        assert_eq!(read(json!(7), json!(4), json!("1")).as_deref(), Some("7.4.1"));
        assert_eq!(read(json!("7.0"), json!(2), json!(-1)).as_deref(), Some("7.2"));
        for (os_ver, mr) in [(json!("unknown"), json!(2)), (json!(null), json!(2)), (json!(7), json!(-1))] {
            assert_eq!(read(os_ver, mr, json!(0)), None);
        }
    }

    #[test]
    fn an_odd_field_costs_itself_alone() {
        let mut unreadable = Unreadable::default();
        let row = json!({
            "name": "fw-1",
            "conn_status": {},
            "conf_status": "insync",
            "vm_status": "N/A",
            "vm_lic_expire": "soon",
            "vm_lic_overdue_since": 0,
        });
        let device = Device::read(&row, &mut unreadable).unwrap();
        assert_eq!((device.connection, device.vm_license, device.vm_license_end), (None, None, None));
        assert_eq!((device.configuration.as_deref(), device.is_overdue), (Some("insync"), Some(false)));
        assert!(Device::read(&json!({"conn_status": 1}), &mut unreadable).is_none());
        let counted: Vec<_> = unreadable.iter().collect();
        assert_eq!(counted, [("conn_status", 1), ("name", 1), ("vm_lic_expire", 1)]);
    }
}
