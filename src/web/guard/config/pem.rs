//! Certificates and keys in PEM form: in the file itself, or in one that it names.

use std::path::Path;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::zeroize::Zeroizing;

use super::{Checks, Step};
use crate::settings::{file, quotable_from};

/// More than any bundle of certificates has.
const LARGEST: u64 = 16 * 1024 * 1024;
const CERTIFICATES: &str = "certificates in PEM form, which begin with `-----BEGIN CERTIFICATE-----`";

/// PEM text with the place that names it.
pub(super) struct Pem {
    pub(super) at: Vec<Step>,
    bytes: Zeroizing<Vec<u8>>,
    /// What messages call it.
    name: String,
}

impl Pem {
    /// Whether it says so itself: in PKCS #8, or in the older form.
    fn is_encrypted(&self) -> bool {
        let text = String::from_utf8_lossy(&self.bytes);
        text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
    }
}

impl Checks<'_> {
    /// The text under one of two keys of `tls_server_config`.
    pub(super) fn pem(
        &mut self,
        keys: [&'static str; 2],
        inline: Option<&str>,
        file: Option<&str>,
    ) -> Option<Pem> {
        let [inline_key, file_key] = keys;
        match (inline, file) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                let what = format!("`{inline_key}` is set as well");
                self.problem(&at(file_key), what, "keep one of the two");
                None
            }
            (Some(text), None) => {
                let bytes = Zeroizing::new(text.as_bytes().to_vec());
                Some(Pem { at: at(inline_key), bytes, name: "the text".to_owned() })
            }
            (None, Some(file)) => self.file(at(file_key), Path::new(file)),
        }
    }

    fn file(&mut self, at: Vec<Step>, written: &Path) -> Option<Pem> {
        let path = self.dir.join(written);
        let name = format!("the file{}", quotable_from("looked for beside the web configuration", written));
        let content = file::content(&path, LARGEST);
        self.files.push(path);
        match content {
            Ok(bytes) => Some(Pem { at, bytes: Zeroizing::new(bytes), name }),
            Err(error) => {
                let fix = "write the path of a file that the exporter's user can read";
                self.problem(&at, format!("cannot read {name}: {error}"), fix);
                None
            }
        }
    }

    pub(super) fn certificates(&mut self, pem: &Pem) -> Option<Vec<CertificateDer<'static>>> {
        let found = CertificateDer::pem_slice_iter(&pem.bytes).collect::<Result<Vec<_>, _>>();
        match found {
            Ok(found) if !found.is_empty() => return Some(found),
            Ok(_) => {
                self.problem(&pem.at, format!("{} holds no certificate", pem.name), give(CERTIFICATES));
            }
            Err(_) => {
                let what = format!("{} is damaged: not PEM from its first line to its last", pem.name);
                self.problem(&pem.at, what, give(CERTIFICATES));
            }
        }
        None
    }

    pub(super) fn key(&mut self, pem: &Pem) -> Option<PrivateKeyDer<'static>> {
        let key = PrivateKeyDer::from_pem_slice(&pem.bytes).ok();
        if key.is_none() {
            let what = if pem.is_encrypted() { "a private key with a passphrase" } else { "no private key" };
            let fix = give(
                "a private key in PEM form without a passphrase, as `openssl pkey` writes it: `-----BEGIN PRIVATE KEY-----`",
            );
            self.problem(&pem.at, format!("{} holds {what}", pem.name), fix);
        }
        key
    }
}

fn give(what: &str) -> String {
    format!("give {what}")
}

/// A key of `tls_server_config`.
pub(super) fn at(key: &'static str) -> Vec<Step> {
    vec![Step::Key("tls_server_config"), Step::Key(key)]
}
