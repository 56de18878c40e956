//! `tls_server_config`: the certificate, and the TLS that is spoken.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{NamedGroup, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion, version};
use secrecy::ExposeSecret as _;

use super::pem::at;
use super::{Checks, Step, Tls, raw};
use crate::settings::{nearest, quoted};
use crate::web::guard::expiry;

/// Go's names; the oldest two are known but not spoken.
const VERSIONS: [&str; 4] = ["TLS10", "TLS11", "TLS12", "TLS13"];
const SPOKEN: std::ops::RangeInclusive<usize> = 2..=3;

/// Go's names of the curves that are there.
const CURVES: &[(&str, NamedGroup)] = &[
    ("CurveP256", NamedGroup::secp256r1),
    ("CurveP384", NamedGroup::secp384r1),
    ("X25519", NamedGroup::X25519),
];

impl Checks<'_> {
    /// TLS as the file wants it, or `None` if it speaks of none (or wrongly).
    pub(super) fn tls(&mut self, mut raw: raw::Tls, http2: bool) -> Option<Tls> {
        // As in exporter-toolkit, an empty text is as good as none.
        for text in [&mut raw.cert, &mut raw.client_ca] {
            text.take_if(|text| text.is_empty());
        }
        for file in [&mut raw.cert_file, &mut raw.key_file, &mut raw.client_ca_file] {
            file.take_if(|file| file.is_empty());
        }
        raw.key.take_if(|key| key.0.expose_secret().is_empty());
        if is_empty(&raw) {
            return None;
        }
        let identity = self.identity(&raw);
        let provider = Arc::new(self.provider(&raw));
        let versions = self.versions(raw.min_version.as_deref(), raw.max_version.as_deref());
        let before = self.problems.len();
        let clients = self.clients(&raw, &provider);
        let (identity, versions) = (identity?, versions?);
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&versions);
        let Ok(builder) = builder else {
            let fix = "add cipher suites and curves of that version, or leave both lists out";
            let what = "nothing of it can be used with the versions that are spoken";
            self.problem(&at("cipher_suites"), what, fix);
            return None;
        };
        let builder = match clients.clone() {
            Some(clients) => builder.with_client_cert_verifier(clients),
            None if self.problems.len() > before => return None,
            None => builder.with_no_client_auth(),
        };
        let ends = identity.cert.iter().filter_map(|certificate| expiry::of(certificate));
        let expiry = ends.min_by(f64::total_cmp);
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(identity)));
        config.ignore_client_order = raw.prefer_server_cipher_suites.unwrap_or(true);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if http2 {
            config.alpn_protocols.insert(0, b"h2".to_vec());
        }
        Some(Tls { config: Arc::new(config), clients, expiry })
    }

    /// The certificate with its key.
    fn identity(&mut self, raw: &raw::Tls) -> Option<CertifiedKey> {
        let key = raw.key.as_ref().map(|key| key.0.expose_secret());
        let places = [
            (["cert", "cert_file"], raw.cert.as_deref(), raw.cert_file.as_deref()),
            (["key", "key_file"], key, raw.key_file.as_deref()),
        ];
        let [certificate, key] = places.map(|(keys, inline, file)| {
            if inline.is_none() && file.is_none() {
                let [inline_key, file_key] = keys;
                let what = format!("neither `{file_key}` nor `{inline_key}` is given");
                let fix =
                    "add `cert_file:` and `key_file:`, the paths of the certificate and of its private key";
                self.problem(&[Step::Key("tls_server_config")], what, fix);
            }
            self.pem(keys, inline, file)
        });
        let (certificate, key) = (certificate?, key?);
        let (chain, secret) = (self.certificates(&certificate), self.key(&key));
        match CertifiedKey::from_der(chain?, secret?, &aws_lc_rs::default_provider()) {
            Ok(identity) => Some(identity),
            Err(rustls::Error::InconsistentKeys(_)) => {
                let fix = "give the key that the certificate was made for; its own certificate comes first in the file";
                self.problem(&key.at, "this is not the key of the certificate", fix);
                None
            }
            Err(error) => {
                let fix = "give an X.509 certificate and a private key (RSA, ECDSA or Ed25519)";
                self.problem(&key.at, format!("certificate and key cannot be used: {error}"), fix);
                None
            }
        }
    }

    /// The versions from the lowest to the highest.
    fn versions(
        &mut self,
        lowest: Option<&str>,
        highest: Option<&str>,
    ) -> Option<Vec<&'static SupportedProtocolVersion>> {
        let lowest = self.version("min_version", lowest.unwrap_or("TLS12"));
        let highest = self.version("max_version", highest.unwrap_or("TLS13"));
        let (lowest, highest) = (lowest?, highest?);
        if lowest > highest {
            let fix = "write `TLS12` or `TLS13`, the lower one under `min_version`";
            self.problem(&at("max_version"), "it is lower than `min_version`", fix);
            return None;
        }
        let all = [&version::TLS12, &version::TLS13];
        let spoken = (2..).zip(all).filter(|(number, _)| (lowest..=highest).contains(number));
        Some(spoken.map(|(_, version)| version).collect())
    }

    /// A version's place among [`VERSIONS`].
    fn version(&mut self, key: &'static str, word: &str) -> Option<usize> {
        let known = VERSIONS.iter().position(|name| *name == word);
        if known.is_some_and(|number| SPOKEN.contains(&number)) {
            return known;
        }
        let what = match known {
            Some(_) => "this exporter speaks no TLS older than 1.2",
            None => "it is not a TLS version",
        };
        self.problem(&at(key), what, "write `TLS12` or `TLS13`");
        None
    }

    /// rustls' algorithms, less those that the lists leave out.
    fn provider(&mut self, raw: &raw::Tls) -> CryptoProvider {
        let mut provider = aws_lc_rs::default_provider();
        if let Some(words) = raw.cipher_suites.as_ref().filter(|words| !words.is_empty()) {
            // As in Go, the list is about TLS 1.2: the suites of 1.3 are always there.
            let (of_13, of_12): (Vec<_>, Vec<_>) =
                provider.cipher_suites.into_iter().partition(|suite| suite.tls13().is_some());
            let all = || of_13.iter().chain(&of_12);
            let names: Vec<String> = all().map(go_name).collect();
            let known: Vec<(&str, SupportedCipherSuite)> =
                names.iter().map(String::as_str).zip(all().copied()).collect();
            let chosen = self.chosen("cipher_suites", words, &known);
            let chosen = chosen.into_iter().filter(|suite| suite.tls13().is_none());
            provider.cipher_suites = of_13.iter().copied().chain(chosen).collect();
        }
        if let Some(words) = raw.curve_preferences.as_ref().filter(|words| !words.is_empty()) {
            let group = |wanted: NamedGroup| -> Option<&'static dyn SupportedKxGroup> {
                aws_lc_rs::ALL_KX_GROUPS.iter().copied().find(|group| group.name() == wanted)
            };
            let known: Vec<_> =
                CURVES.iter().filter_map(|(name, wanted)| Some((*name, group(*wanted)?))).collect();
            provider.kx_groups = self.chosen("curve_preferences", words, &known);
        }
        provider
    }

    /// What the words of a list stand for, in their order.
    fn chosen<T: Copy>(&mut self, key: &'static str, words: &[String], known: &[(&str, T)]) -> Vec<T> {
        let mut chosen = Vec::new();
        for (number, word) in words.iter().enumerate() {
            if let Some((_, choice)) = known.iter().find(|(name, _)| name == word) {
                chosen.push(*choice);
                continue;
            }
            let names = || known.iter().map(|(name, _)| *name);
            let fix = match nearest(word, names()).filter(|meant| meant.eq_ignore_ascii_case(word)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("choose from {}, or leave `{key}` out", quoted(names())),
            };
            let path = [at(key), vec![Step::Item(number)]].concat();
            self.problem(&path, "this exporter has nothing of this name", fix);
        }
        chosen
    }
}

/// Go calls the suites of TLS 1.3 `TLS_…`, rustls `TLS13_…`.
fn go_name(suite: &SupportedCipherSuite) -> String {
    let name = suite.suite().as_str().unwrap_or_default();
    name.replacen("TLS13_", "TLS_", 1)
}

fn is_empty(raw: &raw::Tls) -> bool {
    let raw::Tls {
        cert,
        key,
        client_ca,
        cert_file,
        key_file,
        client_ca_file,
        client_auth_type,
        client_allowed_sans,
        min_version,
        max_version,
        cipher_suites,
        prefer_server_cipher_suites,
        curve_preferences,
    } = raw;
    let texts =
        [cert, client_ca, cert_file, key_file, client_ca_file, client_auth_type, min_version, max_version];
    let lists = [client_allowed_sans, cipher_suites, curve_preferences];
    key.is_none()
        && prefer_server_cipher_suites.is_none()
        && texts.iter().all(|text| text.is_none())
        && lists.iter().all(|list| list.is_none())
}
