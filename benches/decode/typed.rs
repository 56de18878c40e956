//! A row as structs, as one would write them: texts borrowed where they have no
//! escapes, flags that may be numbers.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

/// A page.
#[derive(Deserialize)]
pub(crate) struct Answer<T> {
    data: Data<T>,
}

#[derive(Deserialize)]
struct Data<T> {
    endpoints: Vec<T>,
}

impl<T> Answer<T> {
    pub(crate) fn rows(self) -> usize {
        std::hint::black_box(self).data.endpoints.len()
    }
}

/// serde borrows a `Cow` only where it stands for itself.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(
    #[serde(borrow)]
    #[allow(dead_code)]
    Cow<'a, str>,
);

/// `true` or 1.
#[allow(dead_code)]
pub(crate) struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a flag")
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Flag, E> {
                Ok(Flag(number == 1))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

macro_rules! row {
    ($(#[$meta:meta])* $name:ident { texts { $($text:ident)* } numbers { $($number:ident)* } flags { $($flag:ident)* } $($field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Deserialize)]
        #[allow(dead_code)]
        pub(crate) struct $name<'a> {
            $(#[serde(borrow)] $text: Option<Text<'a>>,)*
            $($number: Option<f64>,)*
            $($flag: Option<Flag>,)*
            $(#[serde(borrow)] $field: $type,)*
        }
    };
}

/// A user of an endpoint.
#[derive(Deserialize)]
#[allow(dead_code)]
pub(crate) struct User<'a> {
    fct_user_id: Option<u64>,
    client_id: Option<u64>,
    row_no: Option<u64>,
    is_authenticated: Option<Flag>,
    #[serde(borrow)]
    auth_user_name: Option<Text<'a>>,
    #[serde(borrow)]
    machine_user_name: Option<Text<'a>>,
    #[serde(borrow)]
    avatar: Option<Text<'a>>,
    #[serde(borrow)]
    last_seen: Option<Text<'a>>,
    #[serde(borrow)]
    machine_domain: Option<Text<'a>>,
    #[serde(borrow)]
    user_email: Option<Text<'a>>,
    #[serde(borrow)]
    user_phone: Option<Text<'a>>,
}

row!(
    /// All that a row has.
    Whole {
    texts {
        name ip_addr os_version group_name group_path orig_group_name endpoint_policy_name
        installer_name fgt_sn uid fct_version diskenc av_product quarantine_access_code username
        user_domain avatar ip_list_name public_ip_addr
    }
    numbers {
        device_id group_id domain_id endpoint_policy_id forticlient_id comparable_fct_version
        deployment_state last_seen last_seen_fct_user_id vuln_events_max_severity av_events_count
        sb_events_count fw_events_count wf_events_count vuln_events_count ae_events_count
        rm_events_count cs_events_count rs_events_count vf_events_count unreg_events_count
        nwifsc_events_count owmsg_events_count reg_events_count ztna_sign_events_count
        ztna_revoke_events_count
    }
    flags {
        is_installed is_managed is_migrating is_ems_registered is_ems_online is_ems_onnet
        is_excluded is_quarantined onboarding_supported client_version_up_to_date
        client_av_sig_version_up_to_date client_policy_synced client_policy_primary_synced
        client_policy_offnet_synced client_policy_iplist_synced client_policy_onnet_rule_synced
        client_policy_verification_rule_synced client_policy_certs_synced av_enabled rtp_enabled
        ae_enabled cs_enabled rm_enabled fw_enabled wf_enabled vpn_enabled vuln_enabled
        ssoma_enabled sb_enabled sb_cloud_enabled rs_enabled
    }
    fct_users: Option<Vec<User<'a>>>,
}
);

row!(
    /// What the exporter counts.
    Counted {
    texts {
        os_version fct_version
    }
    numbers {
        device_id last_seen av_events_count sb_events_count fw_events_count wf_events_count
        vuln_events_count ae_events_count rm_events_count cs_events_count rs_events_count
        vf_events_count unreg_events_count nwifsc_events_count owmsg_events_count reg_events_count
        ztna_sign_events_count ztna_revoke_events_count
    }
    flags {
        is_managed is_migrating is_ems_registered is_ems_online is_ems_onnet is_excluded
        is_quarantined client_version_up_to_date client_av_sig_version_up_to_date
        client_policy_synced av_enabled rtp_enabled ae_enabled cs_enabled rm_enabled fw_enabled
        wf_enabled vpn_enabled vuln_enabled ssoma_enabled sb_enabled sb_cloud_enabled rs_enabled
    }
}
);
