//! When a certificate ends. rustls looks at that of the other side only.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::der::{SEQUENCE, elements, first};

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// In seconds since 1970; `None` for a certificate that is odd.
pub(super) fn of(certificate: &[u8]) -> Option<f64> {
    let fields = elements(first(first(certificate, SEQUENCE)?, SEQUENCE)?);
    // Algorithm, issuer, validity: before and between them only numbers stand.
    let (_, validity) = fields.into_iter().filter(|(tag, _)| *tag == SEQUENCE).nth(2)?;
    let (tag, end) = *elements(validity).get(1)?;
    let end = std::str::from_utf8(end).ok()?;
    let end = match tag {
        // Its year has two digits, of 1950 to 2049.
        UTC_TIME if end.as_bytes().first()? < &b'5' => format!("20{end}"),
        UTC_TIME => format!("19{end}"),
        GENERALIZED_TIME => end.to_owned(),
        _ => return None,
    };
    let end = DateTime::strptime("%Y%m%d%H%M%SZ", end).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(end.timestamp().as_second() as f64)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.not_before = date_time_ymd(1960, 1, 1);
        params.not_after = date_time_ymd(year, 2, 3);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_read_in_either_of_its_forms() {
        for (year, end) in
            [(1999, 918_000_000.0), (2049, 2_495_923_200.0), (2050, 2_527_459_200.0), (2100, 4_105_296_000.0)]
        {
            assert_eq!(of(&certificate(year)), Some(end), "{year}");
        }
    }

    #[test]
    fn a_damaged_certificate_harms_nobody() {
        let whole = certificate(2030);
        for at in 0..whole.len() {
            of(&whole[..at]);
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            of(&damaged);
        }
    }
}
