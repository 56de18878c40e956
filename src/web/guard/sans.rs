//! The names in a certificate (its subject alternative names) as text.
//!
//! rustls hands out no e-mail and IP addresses, so they are read here; a
//! certificate that is odd has no names.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::der::{SEQUENCE, elements, first};

const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
/// `[3] extensions` of a certificate.
const EXTENSIONS: u8 = 0xa3;
/// 2.5.29.17
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// DNS names, e-mail addresses, IP addresses and URIs, in the order of the certificate.
pub(super) fn of(certificate: &[u8]) -> Vec<String> {
    names(certificate).unwrap_or_default()
}

fn names(certificate: &[u8]) -> Option<Vec<String>> {
    let certificate = first(certificate, SEQUENCE)?;
    let fields = elements(first(certificate, SEQUENCE)?);
    let (_, extensions) = fields.into_iter().find(|(tag, _)| *tag == EXTENSIONS)?;
    let extensions = elements(first(extensions, SEQUENCE)?);
    let names = extensions.into_iter().find_map(|(_, extension)| {
        let parts = elements(extension);
        let is_names = parts.first() == Some(&(OBJECT_IDENTIFIER, SUBJECT_ALT_NAME));
        // Whether the extension is critical may stand between.
        parts.into_iter().find(|(tag, _)| is_names && *tag == OCTET_STRING)
    });
    let names = elements(first(names?.1, SEQUENCE)?);
    Some(names.into_iter().filter_map(|(tag, content)| name(tag, content)).collect())
}

fn name(tag: u8, content: &[u8]) -> Option<String> {
    /// E-mail address, DNS name, URI.
    const TEXTS: [u8; 3] = [0x81, 0x82, 0x86];
    const IP: u8 = 0x87;
    match tag {
        tag if TEXTS.contains(&tag) => String::from_utf8(content.to_vec()).ok(),
        IP => match <[u8; 4]>::try_from(content) {
            Ok(address) => Some(Ipv4Addr::from(address).to_string()),
            Err(_) => Some(Ipv6Addr::from(<[u8; 16]>::try_from(content).ok()?).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, SanType};

    use super::*;

    fn certificate(names: Vec<SanType>) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.subject_alt_names = names;
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn every_kind_of_name_is_read() {
        let names = vec![
            SanType::DnsName("prometheus.example.com".try_into().unwrap()),
            SanType::Rfc822Name("it@example.com".try_into().unwrap()),
            SanType::URI("spiffe://example.com/prometheus".try_into().unwrap()),
            SanType::IpAddress([192, 0, 2, 1].into()),
            SanType::IpAddress("2001:db8::1".parse().unwrap()),
            SanType::DnsName("x".repeat(300).as_str().try_into().unwrap()),
        ];
        let expected = [
            "prometheus.example.com",
            "it@example.com",
            "spiffe://example.com/prometheus",
            "192.0.2.1",
            "2001:db8::1",
            &"x".repeat(300),
        ];
        assert_eq!(of(&certificate(names)), expected);
        assert_eq!(of(&certificate(Vec::new())), [""; 0]);
    }

    #[test]
    fn a_damaged_certificate_has_fewer_names_and_harms_nobody() {
        let whole = certificate(vec![SanType::DnsName("a.example.com".try_into().unwrap())]);
        for at in 0..whole.len() {
            of(&whole[..at]);
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            of(&damaged);
        }
    }
}
