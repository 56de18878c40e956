//! What `tls_server_config` says about the certificates of clients.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use super::pem::at;
use super::{Checks, raw};
use crate::settings::{nearest, quoted};
use crate::web::guard::clients::{Asked, Clients};

/// Go's names of what is asked of clients; the last is an old name of the third.
const TYPES: &[(&str, Asked)] = &[
    ("NoClientCert", Asked::Nothing),
    ("RequestClientCert", Asked::IfGiven { verified: false }),
    ("RequireAnyClientCert", Asked::Always { verified: false }),
    ("VerifyClientCertIfGiven", Asked::IfGiven { verified: true }),
    ("RequireAndVerifyClientCert", Asked::Always { verified: true }),
    ("RequireClientCert", Asked::Always { verified: false }),
];

impl Checks<'_> {
    /// Who checks the certificates of clients, if anybody asks for one.
    pub(super) fn clients(&mut self, raw: &raw::Tls, provider: &Arc<CryptoProvider>) -> Option<Arc<Clients>> {
        let asked = self.asked(raw.client_auth_type.as_deref())?;
        let keys = ["client_ca", "client_ca_file"];
        let (inline, file) = (raw.client_ca.as_deref(), raw.client_ca_file.as_deref());
        let issuers = self.pem(keys, inline, file);
        if let Some(pem) = issuers.as_ref().filter(|_| asked == Asked::Nothing) {
            let fix = "add `client_auth_type: RequireAndVerifyClientCert`, or remove it";
            self.problem(&pem.at, "no client is asked for a certificate", fix);
        }
        if let Some(sans) = &raw.client_allowed_sans {
            self.allowed_sans(sans, asked);
        }
        let is_missing = inline.is_none() && file.is_none();
        if asked.is_verified() && is_missing {
            self.problem(
                &at("client_auth_type"),
                "no issuer of client certificates is given",
                "add `client_ca_file:` with the certificate of the CA that issues them",
            );
        }
        let trusted = match &issuers {
            Some(pem) => self.certificates(pem)?,
            None => Vec::new(),
        };
        if asked == Asked::Nothing {
            return None;
        }
        match Clients::new(asked, trusted, raw.client_allowed_sans.clone(), provider) {
            Ok(clients) => Some(Arc::new(clients)),
            Err(error) => {
                // Without an issuer there is nothing that could fail but what was said above.
                if let Some(pem) = &issuers {
                    let fix = "give certificates of CAs";
                    self.problem(&pem.at, format!("none of them can be an issuer: {error}"), fix);
                }
                None
            }
        }
    }

    fn asked(&mut self, written: Option<&str>) -> Option<Asked> {
        let written = written.filter(|text| !text.is_empty());
        let Some(word) = written else { return Some(Asked::Nothing) };
        let found = TYPES.iter().find(|(name, _)| *name == word).map(|(_, asked)| *asked);
        if found.is_none() {
            let known = || TYPES.iter().map(|(name, _)| *name).take(TYPES.len() - 1);
            let fix = match nearest(word, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("choose {}", quoted(known())),
            };
            self.problem(&at("client_auth_type"), "there is no such choice here", fix);
        }
        found
    }

    fn allowed_sans(&mut self, sans: &[String], asked: Asked) {
        let path = at("client_allowed_sans");
        if !matches!(asked, Asked::Always { .. }) {
            self.problem(
                &path,
                "a client that shows no certificate would come in all the same",
                "add `client_auth_type: RequireAndVerifyClientCert`, or remove it",
            );
        }
        if sans.is_empty() {
            self.problem(
                &path,
                "the list is empty: no client could come in",
                "name at least one, or remove it",
            );
        }
    }
}
