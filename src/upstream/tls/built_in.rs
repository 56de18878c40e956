//! Issuers for a machine without a trust store, such as an empty container: in the static binary alone.

use rustls::pki_types::CertificateDer;

/// Mozilla's issuers, as of the build; none for whoever has said which ones count.
#[cfg(target_feature = "crt-static")]
pub(super) fn issuers() -> &'static [CertificateDer<'static>] {
    let is_said = ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some());
    if is_said { &[] } else { webpki_root_certs::TLS_SERVER_ROOT_CERTS }
}

/// Where there is a system, its trust store decides.
#[cfg(not(target_feature = "crt-static"))]
pub(super) fn issuers() -> &'static [CertificateDer<'static>] {
    &[]
}
