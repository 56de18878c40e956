//! The file as written, in exporter-toolkit's schema. Scalars stay text here so
//! that the checks can say in their own words what is wrong with them.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::settings::{Form, Hidden};

/// What messages about the file need to know of it.
pub(super) const FORM: Form = Form {
    flag: "--web.config.file",
    keys: KEYS,
    empty: None,
    too_large: "check that this is the web configuration",
    misplaced: |key| {
        let of_tls = KEYS.iter().position(|known| *known == key).is_some_and(|at| at < OF_TLS);
        of_tls.then(|| format!("move it below `tls_server_config:`, as `tls_server_config: {{ {key}: … }}`"))
    },
};

/// Every key that has a value of its own, for messages to name; those of
/// `tls_server_config` first.
const KEYS: &[&str] = &[
    "cert",
    "key",
    "client_ca",
    "cert_file",
    "key_file",
    "client_ca_file",
    "client_auth_type",
    "client_allowed_sans",
    "min_version",
    "max_version",
    "cipher_suites",
    "prefer_server_cipher_suites",
    "curve_preferences",
    "tls_server_config",
    "http_server_config",
    "http2",
    "headers",
    "basic_auth_users",
    "rate_limit",
    "interval",
    "burst",
];
const OF_TLS: usize = 13;

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `tls_server_config:`")]
pub(super) struct File {
    pub tls_server_config: Option<Tls>,
    pub http_server_config: Option<Http>,
    pub basic_auth_users: Option<Users>,
    pub rate_limit: Option<RateLimit>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `cert_file:`")]
pub(super) struct Tls {
    pub cert: Option<String>,
    pub key: Option<Hidden>,
    pub client_ca: Option<String>,
    pub cert_file: Option<String>,
    pub key_file: Option<String>,
    pub client_ca_file: Option<String>,
    pub client_auth_type: Option<String>,
    pub client_allowed_sans: Option<Vec<String>>,
    pub min_version: Option<String>,
    pub max_version: Option<String>,
    pub cipher_suites: Option<Vec<String>>,
    pub prefer_server_cipher_suites: Option<bool>,
    pub curve_preferences: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "keys such as `http2:`")]
pub(super) struct Http {
    pub http2: Option<bool>,
    pub headers: Option<Headers>,
}

/// The five headers that the schema has; no other can be set.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "headers such as `X-Frame-Options:`")]
pub(super) struct Headers {
    #[serde(rename = "Strict-Transport-Security")]
    pub strict_transport_security: Option<String>,
    #[serde(rename = "X-Content-Type-Options")]
    pub x_content_type_options: Option<String>,
    #[serde(rename = "X-Frame-Options")]
    pub x_frame_options: Option<String>,
    #[serde(rename = "X-XSS-Protection")]
    pub x_xss_protection: Option<String>,
    #[serde(rename = "Content-Security-Policy")]
    pub content_security_policy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "the keys `interval:` and `burst:`")]
pub(super) struct RateLimit {
    pub interval: Option<String>,
    pub burst: Option<String>,
}

/// Names with hashes, in file order.
#[derive(Debug, Default)]
pub(super) struct Users(pub Vec<(String, Hidden)>);

impl<'de> Deserialize<'de> for Users {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UsersVisitor)
    }
}

struct UsersVisitor;

impl<'de> Visitor<'de> for UsersVisitor {
    type Value = Users;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("lines of the form `NAME: BCRYPT-HASH`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Users, A::Error> {
        let mut users = Vec::new();
        while let Some(entry) = map.next_entry()? {
            users.push(entry);
        }
        Ok(Users(users))
    }
}
