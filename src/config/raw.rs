//! The file as written. Scalars stay text here so that `validate` can say in
//! its own words what is wrong with them; YAML keeps `password: 0123` verbatim.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::settings::{Form, Hidden};

/// What messages about the file need to know of it.
pub(super) const FORM: Form = Form {
    flag: "--config.file",
    keys: KEYS,
    empty: Some(
        "name at least one target under `fortimanagers:`, `fortimanager_cloud:`, `fortianalyzers:`, `forticlient_ems:` or `forticlient_cloud:`",
    ),
    too_large: "check that this is the exporter's configuration; split thousands of targets over several exporters",
    misplaced: |key| {
        let of_tls =
            matches!(key, "ca_file" | "pin_sha256" | "server_name" | "min_version" | "insecure_skip_verify");
        if of_tls {
            return Some(format!("move it below `tls:`, as `tls: {{ {key}: … }}`"));
        }
        let fix = match key {
            "username" => {
                "move it below a target; one of `fortimanager_cloud:` takes `api_id`, one of `forticlient_cloud:` `account_email`"
            }
            "password" | "password_file" | "password_env" => {
                let of_cloud = key.replace("password", "access_key");
                return Some(format!(
                    "move it below a target; one of `forticlient_cloud:` takes `{of_cloud}` in its place"
                ));
            }
            "access_key" | "access_key_file" | "access_key_env" => {
                "move it below a target of `forticlient_cloud:`: no other takes an access key"
            }
            "api_token" | "api_token_file" | "api_token_env" => {
                "remove it, or move it below a target of `fortimanagers:`: no other takes an API token"
            }
            _ => return None,
        };
        Some(fix.to_owned())
    },
};

/// Every key that has a value of its own, for messages to name.
const KEYS: &[&str] = &[
    "defaults",
    "max_concurrent_polls",
    "fortimanagers",
    "fortimanager_cloud",
    "fortianalyzers",
    "forticlient_ems",
    "forticlient_cloud",
    "name",
    "url",
    "allow_plain_http",
    "proxy_url",
    "tls",
    "interval",
    "timeout",
    "stale_after",
    "collectors",
    "username",
    "password",
    "password_file",
    "password_env",
    "api_token",
    "api_token_file",
    "api_token_env",
    "api_id",
    "auth_url",
    "account_info",
    "device_series",
    "site",
    "endpoints",
    "endpoints_by",
    "page_size",
    "concurrency",
    "account_email",
    "access_key",
    "access_key_file",
    "access_key_env",
    "ca_file",
    "pin_sha256",
    "server_name",
    "min_version",
    "insecure_skip_verify",
];

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `fortimanagers:`")]
pub(super) struct File {
    pub defaults: Option<Timing>,
    pub max_concurrent_polls: Option<String>,
    pub fortimanagers: Option<Vec<FortiManager>>,
    pub fortimanager_cloud: Option<Vec<FortiManagerCloud>>,
    pub fortianalyzers: Option<Vec<FortiAnalyzer>>,
    pub forticlient_ems: Option<Vec<Ems>>,
    pub forticlient_cloud: Option<Vec<Cloud>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `interval: 5m`")]
pub(super) struct Timing {
    pub interval: Option<String>,
    pub timeout: Option<String>,
    pub stale_after: Option<String>,
}

/// What is asked of an entry before it is checked.
pub(super) trait Named {
    fn name(&self) -> Option<&str>;
}

/// How a fleet is to be counted, for `validate::fleet`.
#[derive(Debug)]
pub(super) struct Fleet {
    pub collectors: Option<Vec<String>>,
    pub endpoints: Option<String>,
    pub endpoints_by: Option<Vec<String>>,
    pub page_size: Option<String>,
    pub concurrency: Option<String>,
}

/// Declares a target's raw struct: its own fields and those all targets share.
/// (serde's `flatten` would take keys that nobody knows, and lose the positions.)
macro_rules! target {
    ($name:ident { $($field:ident: $type:ty,)* }) => {
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, expecting = "a target with keys such as `name:` and `url:`")]
        pub(super) struct $name {
            pub name: Option<String>,
            pub url: Option<String>,
            pub allow_plain_http: Option<bool>,
            pub proxy_url: Option<String>,
            pub tls: Option<Tls>,
            pub interval: Option<String>,
            pub timeout: Option<String>,
            pub stale_after: Option<String>,
            pub collectors: Option<Vec<String>>,
            $(pub $field: $type,)*
        }

        impl Named for $name {
            fn name(&self) -> Option<&str> {
                self.name.as_deref()
            }
        }

        impl $name {
            /// The shared fields, taken out for `validate::common`.
            pub(super) fn take_common(&mut self) -> Common {
                Common {
                    name: self.name.take(),
                    url: self.url.take(),
                    allow_plain_http: self.allow_plain_http.take(),
                    proxy_url: self.proxy_url.take(),
                    tls: self.tls.take(),
                    timing: Timing {
                        interval: self.interval.take(),
                        timeout: self.timeout.take(),
                        stale_after: self.stale_after.take(),
                    },
                }
            }
        }
    };
}

target!(FortiManager {
    username: Option<String>,
    password: Option<Hidden>,
    password_file: Option<String>,
    password_env: Option<String>,
    api_token: Option<Hidden>,
    api_token_file: Option<String>,
    api_token_env: Option<String>,
    account_info: Option<bool>,
    device_series: Option<bool>,
});

target!(FortiManagerCloud {
    auth_url: Option<String>,
    api_id: Option<String>,
    password: Option<Hidden>,
    password_file: Option<String>,
    password_env: Option<String>,
    account_info: Option<bool>,
    device_series: Option<bool>,
});

target!(FortiAnalyzer {
    username: Option<String>,
    password: Option<Hidden>,
    password_file: Option<String>,
    password_env: Option<String>,
    account_info: Option<bool>,
});

target!(Ems {
    site: Option<String>,
    username: Option<String>,
    password: Option<Hidden>,
    password_file: Option<String>,
    password_env: Option<String>,
    endpoints: Option<String>,
    endpoints_by: Option<Vec<String>>,
    page_size: Option<String>,
    concurrency: Option<String>,
});

target!(Cloud {
    account_email: Option<String>,
    access_key: Option<Hidden>,
    access_key_file: Option<String>,
    access_key_env: Option<String>,
    endpoints: Option<String>,
    endpoints_by: Option<Vec<String>>,
    page_size: Option<String>,
    concurrency: Option<String>,
});

/// Adds to a target's raw struct what those with a fleet share.
macro_rules! with_a_fleet {
    ($($name:ident)*) => {
        $(impl $name {
            /// What is to be read of the fleet, taken out for `validate::fleet`.
            pub(super) fn take_fleet(&mut self) -> Fleet {
                Fleet {
                    collectors: self.collectors.take(),
                    endpoints: self.endpoints.take(),
                    endpoints_by: self.endpoints_by.take(),
                    page_size: self.page_size.take(),
                    concurrency: self.concurrency.take(),
                }
            }
        })*
    };
}

with_a_fleet!(Ems Cloud);

#[derive(Debug)]
pub(super) struct Common {
    pub name: Option<String>,
    pub url: Option<String>,
    pub allow_plain_http: Option<bool>,
    pub proxy_url: Option<String>,
    pub tls: Option<Tls>,
    pub timing: Timing,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `ca_file:`")]
pub(super) struct Tls {
    pub ca_file: Option<String>,
    pub pin_sha256: Option<OneOrMore>,
    pub server_name: Option<String>,
    pub min_version: Option<String>,
    pub insecure_skip_verify: Option<bool>,
}

/// One value or a list: two pins let a certificate be replaced without a gap.
/// (serde's `untagged` would lose the position of a mistake.)
#[derive(Debug)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMoreVisitor)
    }
}

struct OneOrMoreVisitor;

impl<'de> Visitor<'de> for OneOrMoreVisitor {
    type Value = OneOrMore;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 hex digits in quotes, or a list of such texts")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OneOrMore, E> {
        Ok(OneOrMore::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<OneOrMore, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMore::More)
    }
}
