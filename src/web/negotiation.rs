//! Which format and which compression a client wants, by `Accept` and
//! `Accept-Encoding` (RFC 9110, 12.5). Nobody is refused: whoever can take none
//! of ours gets text format 0.0.4, uncompressed.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName};

use crate::exposition::{Coding, Format};

/// The format to answer in. OpenMetrics goes to whoever names it and likes
/// 0.0.4 no better, as every Prometheus does; a wildcard is no wish for it.
pub(super) fn format(headers: &HeaderMap) -> Format {
    let wanted = Wanted::by(headers, &ACCEPT);
    let open_metrics = wanted.wish("application/openmetrics-text", "1.0.0");
    let text = wanted.wish("text/plain", "0.0.4");
    match (open_metrics, text) {
        (Some(open), Some(text)) if (open.quality, open.is_named) > (text.quality, false) => {
            Format::OpenMetrics
        }
        (Some(open), None) if open.quality > 0 => Format::OpenMetrics,
        _ => Format::Text,
    }
}

/// The compression to answer with: the best liked, and the smallest of equals.
pub(super) fn coding(headers: &HeaderMap) -> Coding {
    let wanted = Wanted::by(headers, &ACCEPT_ENCODING);
    let quality = |name| wanted.wish(name, "").map_or(0, |wish| wish.quality);
    // What is not compressed is acceptable unasked, but not what one asks for a compression for.
    let plain = wanted.wish("identity", "").filter(|wish| wish.is_named).map_or(0, |wish| wish.quality);
    let (zstd, gzip) = (quality("zstd"), quality("gzip"));
    if zstd > 0 && zstd >= gzip.max(plain) {
        Coding::Zstd
    } else if gzip > 0 && gzip >= plain {
        Coding::Gzip
    } else {
        Coding::Identity
    }
}

/// What a header asks for: `text/plain;version=0.0.4;q=0.5, */*;q=0.1`.
struct Wanted<'a>(Vec<Range<'a>>);

struct Range<'a> {
    name: &'a str,
    version: Option<&'a str>,
    quality: u16,
}

/// How much something is wanted.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Wish {
    /// In thousandths: HTTP allows three digits.
    quality: u16,
    /// By its name, not by a wildcard.
    is_named: bool,
}

impl<'a> Wanted<'a> {
    fn by(headers: &'a HeaderMap, header: &HeaderName) -> Self {
        let lines = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
        Self(lines.flat_map(|line| line.split(',')).map(Range::parse).collect())
    }

    /// The wish that says most precisely what is meant.
    fn wish(&self, name: &str, version: &str) -> Option<Wish> {
        let wishes = self.0.iter().filter_map(|range| {
            let precision = range.precision(name, version)?;
            Some((precision, Wish { quality: range.quality, is_named: precision >= Range::NAMED }))
        });
        wishes.max_by_key(|(precision, wish)| (*precision, wish.quality)).map(|(_, wish)| wish)
    }
}

impl<'a> Range<'a> {
    const NAMED: u8 = 2;

    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let mut range = Self { name: parts.next().unwrap_or_default(), version: None, quality: 1000 };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            match key.trim_end() {
                "version" => range.version = Some(value.trim().trim_matches('"')),
                "q" | "Q" => range.quality = thousandths(value.trim()),
                // A charset or an escaping: there is only one of each here.
                _ => {}
            }
        }
        range
    }

    /// How precisely it says that this is meant; `None` if it is not.
    fn precision(&self, name: &str, version: &str) -> Option<u8> {
        if self.name.eq_ignore_ascii_case(name) {
            return match self.version {
                None => Some(Self::NAMED),
                Some(wanted) => (wanted == version).then_some(Self::NAMED + 1),
            };
        }
        let of_type = self.name.strip_suffix("/*").zip(name.split_once('/'));
        match of_type {
            Some((wanted, (kind, _))) if wanted.eq_ignore_ascii_case(kind) => Some(1),
            _ => matches!(self.name, "*/*" | "*").then_some(0),
        }
    }
}

/// What is no quality between 0 and 1 wants nothing.
fn thousandths(quality: &str) -> u16 {
    match quality.parse::<f32>() {
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0).round() as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(header: HeaderName, text: &str) -> HeaderMap {
        HeaderMap::from_iter([(header, HeaderValue::from_str(text).unwrap())])
    }

    #[test]
    fn each_client_gets_the_format_it_asks_for() {
        use Format::{OpenMetrics, Text};
        for (accept, expected) in [
            // Prometheus 2.5 to 2.30, which know only an earlier draft; 2.31 to 2.48; 2.49 to 2.55; 3.
            ("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Text),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                OpenMetrics,
            ),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                OpenMetrics,
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                OpenMetrics,
            ),
            // With native histograms, and with the fallback alone.
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                OpenMetrics,
            ),
            (
                "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
                Text,
            ),
            // curl, a browser, VictoriaMetrics' vmagent, telegraf.
            ("*/*", Text),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Text),
            ("text/plain;version=0.0.4;q=1,*/*;q=0.1", Text),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3",
                Text,
            ),
            // By hand.
            ("application/openmetrics-text", OpenMetrics),
            ("APPLICATION/OpenMetrics-Text ; Q=0.5", OpenMetrics),
            ("application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", OpenMetrics),
            ("application/openmetrics-text;version=2.0.0", Text),
            ("application/openmetrics-text;q=0, text/plain", Text),
            ("application/openmetrics-text;q=0.2, text/plain;q=0.7", Text),
            ("application/openmetrics-text, text/plain", OpenMetrics),
            ("application/*", OpenMetrics),
            ("application/*, text/*", Text),
            // Nothing that there is, and nonsense.
            ("image/png", Text),
            ("application/json;q=1", Text),
            ("application/openmetrics-text;q=nan", Text),
            ("application/openmetrics-text;q=7", Text),
            (",;=,;q", Text),
            ("", Text),
        ] {
            assert_eq!(format(&headers(ACCEPT, accept)), expected, "{accept}");
        }
        assert_eq!(format(&HeaderMap::new()), Text);
    }

    #[test]
    fn each_client_gets_a_compression_that_it_can_read() {
        use Coding::{Gzip, Identity, Zstd};
        for (accept, expected) in [
            ("gzip", Gzip),
            ("gzip, deflate, br, zstd", Zstd),
            ("deflate, gzip, br", Gzip),
            ("zstd;q=0.5, gzip", Gzip),
            ("gzip;q=0.5, zstd;q=0.5", Zstd),
            ("gzip;q=0", Identity),
            ("GZIP", Gzip),
            ("*", Zstd),
            ("*, zstd;q=0", Gzip),
            ("*;q=0", Identity),
            ("identity", Identity),
            ("identity, gzip;q=0.5", Identity),
            ("identity;q=0.5, gzip", Gzip),
            ("identity;q=0, gzip;q=0.001", Gzip),
            ("br", Identity),
            ("", Identity),
        ] {
            assert_eq!(coding(&headers(ACCEPT_ENCODING, accept)), expected, "{accept}");
        }
        assert_eq!(coding(&HeaderMap::new()), Identity);
    }

    #[test]
    fn a_header_that_comes_twice_counts_as_one() {
        let twice = ["text/plain;q=0.1", "application/openmetrics-text"].map(HeaderValue::from_static);
        let headers = HeaderMap::from_iter(twice.map(|value| (ACCEPT, value)).into_iter().rev());
        assert_eq!(format(&headers), Format::OpenMetrics);
    }
}
