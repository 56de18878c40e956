//! Which certificate a target may present.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

/// TLS settings of one target.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tls {
    /// What makes a certificate acceptable.
    pub trust: Trust,
    /// The name the certificate must be valid for, when it is not the URL's host.
    pub server_name: Option<String>,
    /// The lowest protocol version spoken.
    pub min_version: MinVersion,
}

/// What makes a certificate acceptable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Trust {
    /// The system's trust store.
    System,
    /// Certificates of `ca_file`: issuers, or the appliance's own certificate. One copy for all
    /// targets that name the file.
    Roots(Arc<[CertificateDer<'static>]>),
    /// Exactly these certificates, whatever else is odd about them.
    Pins(Vec<Pin>),
    /// Any certificate: `insecure_skip_verify`.
    Anything,
}

/// The lowest TLS version accepted from a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinVersion {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl FromStr for MinVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "TLS12" => Ok(Self::Tls12),
            "TLS13" => Ok(Self::Tls13),
            _ => Err("it is not a TLS version this exporter speaks".to_owned()),
        }
    }
}

/// SHA-256 of a certificate's DER form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin([u8; 32]);

impl Pin {
    /// The fingerprint of a certificate.
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }
}

impl FromStr for Pin {
    type Err = String;

    /// Reads 64 hex digits, with or without the colons that browsers and
    /// `openssl x509 -fingerprint` show.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits: Option<Vec<u32>> =
            text.trim().chars().filter(|c| !matches!(c, ':' | ' ')).map(|c| c.to_digit(16)).collect();
        let digits = digits.ok_or("it has characters other than hex digits and colons")?;
        if digits.len() != 64 {
            return Err(format!("it has {} hex digits instead of 64", digits.len()));
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = pair.iter().fold(0, |value, digit| value << 4 | (*digit & 0xf) as u8);
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_every_tool_prints_it() {
        let plain = "00ff".repeat(16);
        let pin: Pin = plain.parse().unwrap();
        assert_eq!(pin.to_string(), plain);
        let colons = ["00:FF"; 16].join(":");
        assert_eq!(colons.parse::<Pin>(), Ok(pin));
        assert!("00ff".parse::<Pin>().is_err());
        assert!("zz".repeat(32).parse::<Pin>().is_err());
    }
}
