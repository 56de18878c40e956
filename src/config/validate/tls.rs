//! Which certificates a target may present.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};

use super::super::{MinVersion, Pin, Tls, Trust, raw};
use super::{Checks, Step, below};
use crate::settings::{file, quotable};

/// More than any bundle of certificates has.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

/// The certificates of a `ca_file`.
pub(super) type Roots = Arc<[CertificateDer<'static>]>;

impl Checks {
    pub(super) fn tls(&mut self, path: &[Step], raw: raw::Tls) -> Option<Tls> {
        let before = self.problems.len();
        let anything = raw.insecure_skip_verify == Some(true);
        let ways = [
            ("ca_file", raw.ca_file.is_some()),
            ("pin_sha256", raw.pin_sha256.is_some()),
            ("insecure_skip_verify", anything),
        ];
        let mut set = ways.iter().filter(|(_, set)| *set).map(|(key, _)| *key);
        if let (Some(first), Some(second)) = (set.next(), set.next()) {
            let fix =
                format!("keep one of them: `{first}` or `{second}` decides which certificate is accepted");
            self.problem(&below(path, second), format!("`{first}` is set as well"), fix);
        }
        let trust = match (raw.ca_file, raw.pin_sha256) {
            (Some(file), _) => Trust::Roots(self.roots(&below(path, "ca_file"), file)),
            (None, Some(pins)) => Trust::Pins(self.pins(&below(path, "pin_sha256"), &pins)),
            (None, None) if anything => Trust::Anything,
            (None, None) => Trust::System,
        };
        if let Some(name) = &raw.server_name {
            self.server_name(&below(path, "server_name"), name, &trust);
        }
        let min_version = raw.min_version.map_or(Ok(MinVersion::Tls12), |text| text.parse());
        if let Err(what) = &min_version {
            self.problem(&below(path, "min_version"), what.as_str(), "write `TLS12` or `TLS13`");
        }
        let tls = Tls { trust, server_name: raw.server_name, min_version: min_version.ok()? };
        (self.problems.len() == before).then_some(tls)
    }

    fn server_name(&mut self, at: &[Step], name: &str, trust: &Trust) {
        if matches!(trust, Trust::Pins(_) | Trust::Anything) {
            let fix = "remove it: a pinned or unchecked certificate is accepted whatever its name";
            self.problem(at, "it has no effect here", fix);
        }
        if ServerName::try_from(name).is_err() {
            let fix = "write the DNS name or IP address that stands in the certificate";
            self.problem(at, "it is not a host name", fix);
        }
    }

    fn roots(&mut self, at: &[Step], file: String) -> Roots {
        if let Some(read) = self.roots.get(&file) {
            return Arc::clone(read);
        }
        let roots: Roots = self.read_roots(at, Path::new(&file)).into();
        // A mistake is named at each target that has it.
        if !roots.is_empty() {
            self.roots.insert(file, Arc::clone(&roots));
        }
        roots
    }

    fn read_roots(&mut self, at: &[Step], file: &Path) -> Vec<CertificateDer<'static>> {
        let fix = "give a file with certificates in PEM form (`-----BEGIN CERTIFICATE-----`) that the exporter's user can read";
        let shown = quotable(file);
        let found = match file::content(file, LARGEST_BUNDLE) {
            Err(error) => Err(format!("cannot read the file{shown}: {error}")),
            Ok(pem) => CertificateDer::pem_slice_iter(&pem)
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| format!("the file{shown} is damaged: not PEM from its first line to its last")),
        };
        match found {
            Ok(found) if found.is_empty() => {
                self.problem(at, format!("the file{shown} holds no PEM certificate"), fix);
                found
            }
            Ok(found) => found,
            Err(what) => {
                self.problem(at, what, fix);
                Vec::new()
            }
        }
    }

    fn pins(&mut self, at: &[Step], pins: &raw::OneOrMore) -> Vec<Pin> {
        let fix = "write the 64 hex digits that `openssl x509 -noout -fingerprint -sha256 -in CERT` prints";
        let pins = match pins {
            raw::OneOrMore::One(pin) => vec![(at.to_vec(), pin)],
            raw::OneOrMore::More(pins) => pins
                .iter()
                .enumerate()
                .map(|(number, pin)| ([at, &[Step::Item(number)]].concat(), pin))
                .collect(),
        };
        if pins.is_empty() {
            self.problem(at, "the list is empty", fix);
        }
        let mut read = Vec::new();
        for (at, pin) in pins {
            match pin.parse() {
                Ok(pin) => read.push(pin),
                Err(what) => self.problem(&at, format!("not a SHA-256 fingerprint: {what}"), fix),
            }
        }
        read
    }
}
