//! The web configuration. `@CERT@` and `@KEY@` stand for a certificate and its private key.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use fortinet_exporter::web::fuzzing::parse;
use fortinet_exporter_fuzz::refusal::{self, SECRET};
use libfuzzer_sys::fuzz_target;

/// As they stand between double quotes.
static IDENTITY: LazyLock<[String; 2]> = LazyLock::new(|| {
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
    [certificate.pem(), key.serialize_pem()].map(|pem| pem.replace('\n', "\\n"))
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let [certificate, key] = &*IDENTITY;
    let text = text.replacen("@CERT@", certificate, 3).replacen("@KEY@", key, 1);
    let parse = || parse(&text, "fuzz.yml", Path::new("/nowhere"));
    match parse() {
        Err(error) => {
            refusal::check(&error, &parse().expect_err("as before"));
            assert!(!error.contains("PRIVATE") || !error.contains(&key[40..80]), "{error}");
        }
        Ok(settings) => {
            // Neither users, hashes nor keys can be printed; the names of clients can.
            let is_shown = |secret: &str| settings.contains(secret) && !text.contains("client_allowed_sans");
            assert!(!is_shown("$2") && !is_shown(SECRET), "{settings}");
            assert!(!settings.contains(&key[40..80]), "{settings}");
            let speaks_of_tls = ["cert", "key", "client_auth_type"].iter().any(|word| text.contains(word));
            assert!(settings.contains("tls: None") || speaks_of_tls, "{settings}");
        }
    }
});
