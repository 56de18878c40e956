//! Certificates and keys in PEM form: in the file itself, or in one that it names.

use std::path::Path;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::zeroize::Zeroizing;

use super::{Checks, Step};
use crate::settings::{file, quotable};

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
        let name = if written.is_absolute() {
            format!("the file{}", quotable(written))
        } else {
            "the file (no leading `/`: looked for beside the web configuration)".to_owned()
        };
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
            let fix =
                give("a private key in PEM form without a passphrase, as `-----BEGIN PRIVATE KEY-----`");
            self.problem(&pem.at, format!("{} holds no private key", pem.name), fix);
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
