//! The fields of a row that are counted, of all releases from 7.0 on. Every
//! one may be missing, null, or of another type; nothing else is looked at,
//! least of all users, addresses and quarantine codes.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::key::Key;
use crate::upstream::Scalar;

/// FortiClient's features: field and label.
pub(super) const FEATURES: [(&str, &str); 18] = [
    ("av_enabled", "antivirus"),
    ("rtp_enabled", "realtime_protection"),
    ("ae_enabled", "antiexploit"),
    ("cs_enabled", "cloud_scan"),
    ("rm_enabled", "removable_media"),
    ("fw_enabled", "application_firewall"),
    ("wf_enabled", "web_filter"),
    ("vf_enabled", "video_filter"),
    ("vpn_enabled", "vpn"),
    ("vuln_enabled", "vulnerability_scan"),
    ("ssoma_enabled", "sso_mobility_agent"),
    ("sb_enabled", "sandbox"),
    ("sb_cloud_enabled", "sandbox_cloud"),
    ("rs_enabled", "antiransomware"),
    ("ztna_enabled", "ztna"),
    ("pam_enabled", "pam"),
    ("edr_enabled", "edr"),
    ("mdm_enabled", "mdm"),
];

/// EMS's event counters: field and label. Where the meaning of a short name is
/// not public, it is the label.
pub(super) const EVENTS: [(&str, &str); 18] = [
    ("av_events_count", "antivirus"),
    ("sb_events_count", "sandbox"),
    ("fw_events_count", "application_firewall"),
    ("wf_events_count", "web_filter"),
    ("vf_events_count", "video_filter"),
    ("vuln_events_count", "vulnerability"),
    ("ae_events_count", "antiexploit"),
    ("rm_events_count", "removable_media"),
    ("cs_events_count", "cloud_scan"),
    ("rs_events_count", "antiransomware"),
    ("sys_events_count", "system"),
    ("pua_events_count", "pua"),
    ("reg_events_count", "registration"),
    ("unreg_events_count", "deregistration"),
    ("ztna_sign_events_count", "ztna_certificate_signed"),
    ("ztna_revoke_events_count", "ztna_certificate_revoked"),
    ("nwifsc_events_count", "nwifsc"),
    ("owmsg_events_count", "owmsg"),
];

/// One endpoint. A field that the row does not have is `Null`.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// False for something in the list that is not an object.
    pub(super) is_object: bool,
    pub(super) device_id: Scalar<'a>,
    pub(super) os_version: Scalar<'a>,
    pub(super) fct_version: Scalar<'a>,
    /// `None` where the field is missing: `null` means never.
    pub(super) last_seen: Option<Scalar<'a>>,
    pub(super) policy: Scalar<'a>,
    pub(super) group_path: Scalar<'a>,
    pub(super) group_name: Scalar<'a>,
    pub(super) managed: Scalar<'a>,
    pub(super) registered: Scalar<'a>,
    pub(super) online: Scalar<'a>,
    pub(super) on_net: Scalar<'a>,
    pub(super) quarantined: Scalar<'a>,
    pub(super) excluded: Scalar<'a>,
    pub(super) migrating: Scalar<'a>,
    pub(super) policy_synced: Scalar<'a>,
    pub(super) client_current: Scalar<'a>,
    pub(super) av_current: Scalar<'a>,
    /// In the order of [`FEATURES`].
    pub(super) features: [Scalar<'a>; FEATURES.len()],
    /// In the order of [`EVENTS`].
    pub(super) events: [Scalar<'a>; EVENTS.len()],
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self {
            is_object: false,
            device_id: Scalar::Null,
            os_version: Scalar::Null,
            fct_version: Scalar::Null,
            last_seen: None,
            policy: Scalar::Null,
            group_path: Scalar::Null,
            group_name: Scalar::Null,
            managed: Scalar::Null,
            registered: Scalar::Null,
            online: Scalar::Null,
            on_net: Scalar::Null,
            quarantined: Scalar::Null,
            excluded: Scalar::Null,
            migrating: Scalar::Null,
            policy_synced: Scalar::Null,
            client_current: Scalar::Null,
            av_current: Scalar::Null,
            features: std::array::from_fn(|_| Scalar::Null),
            events: std::array::from_fn(|_| Scalar::Null),
        }
    }
}

impl<'a> Row<'a> {
    /// What tells this endpoint from others, if the row says.
    pub(super) fn device_id(&self) -> Option<u64> {
        // Beyond 2^53 two ids may look like one.
        let exact = |id: &f64| id.fract() == 0.0 && *id < 9_007_199_254_740_992.0;
        self.device_id.quantity().filter(exact).map(|id| id as u64)
    }

    /// Where the value of `key` belongs; `None` for what is not counted.
    fn slot(&mut self, key: &str) -> Option<&mut Scalar<'a>> {
        Some(match key {
            "device_id" => &mut self.device_id,
            "os_version" => &mut self.os_version,
            "fct_version" => &mut self.fct_version,
            "last_seen" => self.last_seen.insert(Scalar::Null),
            "endpoint_policy_name" => &mut self.policy,
            "group_path" => &mut self.group_path,
            "group_name" => &mut self.group_name,
            "is_managed" => &mut self.managed,
            "is_ems_registered" => &mut self.registered,
            "is_ems_online" => &mut self.online,
            "is_ems_onnet" => &mut self.on_net,
            "is_quarantined" => &mut self.quarantined,
            "is_excluded" => &mut self.excluded,
            "is_migrating" => &mut self.migrating,
            "client_policy_synced" => &mut self.policy_synced,
            "client_version_up_to_date" => &mut self.client_current,
            "client_av_sig_version_up_to_date" => &mut self.av_current,
            _ if key.ends_with("_enabled") => {
                self.features.get_mut(FEATURES.iter().position(|(field, _)| *field == key)?)?
            }
            _ if key.ends_with("_events_count") => {
                self.events.get_mut(EVENTS.iter().position(|(field, _)| *field == key)?)?
            }
            _ => return None,
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Row<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyRow;

        /// A row that is no object is still a row.
        macro_rules! not_an_object {
            ($($visit:ident($type:ty))*) => {
                $(fn $visit<E>(self, _: $type) -> Result<Row<'de>, E> {
                    Ok(Row::default())
                })*
            };
        }

        impl<'de> Visitor<'de> for AnyRow {
            type Value = Row<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an endpoint")
            }

            not_an_object! { visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str) }

            fn visit_unit<E>(self) -> Result<Row<'de>, E> {
                Ok(Row::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Row<'de>, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Row::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
                let mut row = Row { is_object: true, ..Row::default() };
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    match row.slot(&key.0) {
                        Some(slot) => *slot = map.next_value()?,
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(row)
            }
        }

        deserializer.deserialize_any(AnyRow)
    }
}
