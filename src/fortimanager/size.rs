//! Sizes as the licence page writes them: `59.240234`, `5`, `59.24 GB`,
//! `1.00 TB`, and with a flag in front `0#59.24 GB`.
//!
//! The units are binary: the page calls 1024 GB 1.00 TB, and SNMP declares the
//! same values in GiB. What stands before `#` is taken for "the limit is
//! exceeded": the web page hides it, and only 0 was ever published.

use crate::upstream::Scalar;

const GIB: f64 = (1u64 << 30) as f64;

/// A size with its exceeded flag.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Flagged {
    pub(super) bytes: Option<f64>,
    /// `None` where there is no `#` or no number before it.
    pub(super) exceeded: Option<bool>,
}

/// Reads a size in bytes; a number without a unit is in GB.
pub(super) fn bytes(value: &Scalar<'_>) -> Option<f64> {
    match value {
        Scalar::Text(text) => parse(text),
        _ => value.quantity().and_then(|gigabytes| whole_bytes(gigabytes * GIB)),
    }
}

/// Reads `FLAG#SIZE`, or a size alone.
pub(super) fn flagged(value: &Scalar<'_>) -> Flagged {
    let Scalar::Text(text) = value else {
        return Flagged { bytes: bytes(value), exceeded: None };
    };
    match text.split_once('#') {
        None => Flagged { bytes: parse(text), exceeded: None },
        Some((flag, size)) => {
            let exceeded = flag.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n != 0.0);
            Flagged { bytes: parse(size), exceeded }
        }
    }
}

fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_ascii_alphabetic() || c.is_whitespace()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let unit = unit.trim().to_ascii_uppercase();
    let factor = match unit.as_str() {
        "B" | "BYTE" | "BYTES" => 1.0,
        "K" | "KB" | "KIB" => GIB / 1_048_576.0,
        "M" | "MB" | "MIB" => GIB / 1024.0,
        "" | "G" | "GB" | "GIB" => GIB,
        "T" | "TB" | "TIB" => GIB * 1024.0,
        "P" | "PB" | "PIB" => GIB * 1_048_576.0,
        _ => return None,
    };
    whole_bytes(number * factor)
}

/// Six decimals of a GB are not whole bytes; nobody means the fraction.
fn whole_bytes(bytes: f64) -> Option<f64> {
    (bytes.is_finite() && bytes >= 0.0).then(|| bytes.round())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Scalar<'_> {
        Scalar::Text(text.into())
    }

    #[test]
    fn every_unit_is_binary_and_none_means_gb() {
        assert_eq!(bytes(&text("1.00 TB")), Some(1024.0 * GIB));
        assert_eq!(bytes(&text("1024")), Some(1024.0 * GIB));
        assert_eq!(bytes(&Scalar::Number(5.0)), Some(5.0 * GIB));
        assert_eq!(bytes(&text("512 MB")), Some(GIB / 2.0));
        assert_eq!(bytes(&text("512MB")), Some(GIB / 2.0));
        assert_eq!(bytes(&text("59.240234")), Some(63_608_716_909.0));
        for odd in ["", "-1", "five", "5 XB", "1,024", "NaN", "inf", "1.2.3 GB"] {
            assert_eq!(bytes(&text(odd)), None, "{odd}");
        }
    }

    #[test]
    fn the_flag_before_the_hash_is_read_apart() {
        let read = |input| flagged(&text(input));
        assert_eq!(read("0#59.24 GB").exceeded, Some(false));
        assert_eq!(read("1#6.1"), Flagged { bytes: Some((6.1 * GIB).round()), exceeded: Some(true) });
        assert_eq!(read("17#1 GB").exceeded, Some(true));
        assert_eq!(read("x#1 GB"), Flagged { bytes: Some(GIB), exceeded: None });
        assert_eq!(read("#1 GB"), Flagged { bytes: Some(GIB), exceeded: None });
        assert_eq!(read("1 GB"), Flagged { bytes: Some(GIB), exceeded: None });
        assert_eq!(read("1#"), Flagged { bytes: None, exceeded: Some(true) });
    }
}
