//! The fields of a row that are counted, of all releases. Nothing else is looked
//! at, least of all users, addresses and quarantine codes.

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

/// Which of them counts vulnerabilities.
pub(super) const VULNERABILITIES: usize = 5;

/// A field that is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    DeviceId,
    OsVersion,
    FctVersion,
    LastSeen,
    Policy,
    GroupPath,
    GroupName,
    Managed,
    Registered,
    Online,
    OnNet,
    Quarantined,
    Excluded,
    Migrating,
    PolicySynced,
    ClientCurrent,
    AvCurrent,
    /// By index into [`FEATURES`].
    Feature(usize),
    /// By index into [`EVENTS`].
    Event(usize),
}

impl Field {
    /// The field of this key; `None` for what is not counted.
    pub(super) fn of(key: &str) -> Option<Self> {
        let index = |fields: &[(&str, &str)]| fields.iter().position(|(field, _)| *field == key);
        Some(match key {
            "device_id" => Self::DeviceId,
            "os_version" => Self::OsVersion,
            "fct_version" => Self::FctVersion,
            "last_seen" => Self::LastSeen,
            "endpoint_policy_name" => Self::Policy,
            "group_path" => Self::GroupPath,
            "group_name" => Self::GroupName,
            "is_managed" => Self::Managed,
            "is_ems_registered" => Self::Registered,
            "is_ems_online" => Self::Online,
            "is_ems_onnet" => Self::OnNet,
            "is_quarantined" => Self::Quarantined,
            "is_excluded" => Self::Excluded,
            "is_migrating" => Self::Migrating,
            "client_policy_synced" => Self::PolicySynced,
            "client_version_up_to_date" => Self::ClientCurrent,
            "client_av_sig_version_up_to_date" => Self::AvCurrent,
            _ => return index(&FEATURES).map(Self::Feature).or_else(|| index(&EVENTS).map(Self::Event)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vulnerabilities_are_where_they_are_looked_for() {
        assert_eq!(EVENTS[VULNERABILITIES].0, "vuln_events_count");
    }
}
