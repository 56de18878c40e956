//! Addresses without the names in them.

use super::mask::Mask;
use super::plain::is_harmless;
use crate::upstream::{Page, Vocabulary};

/// What may stand in front of the exporter's own addresses: the way through FortiClient Cloud. All else is the
/// name of some place.
const GATEWAY: [&str; 6] = ["", "fct", "api", "public", "v1", "ems_api"];

/// The page behind an address: a path, or what a proxy is asked for.
pub(super) fn page(vocabulary: &Vocabulary, address: &str) -> Option<&'static Page> {
    let is_there = |page: &Page| page.addresses.iter().any(|pattern| fits(pattern, address).is_some());
    vocabulary.pages.iter().find(|page| is_there(page)).copied()
}

/// Whether secrets are sent there.
pub(super) fn is_sign_in(vocabulary: &Vocabulary, path: &str) -> bool {
    vocabulary.sign_ins.iter().any(|sign_in| fits(sign_in, path).is_some())
}

impl Mask {
    /// The address with a stand-in for each name in its path and each value in its query that is not
    /// the exporter's own.
    pub(super) fn address(&mut self, address: &str) -> String {
        let (path, query) =
            address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
        let masked = self.path(path);
        match query {
            None => masked,
            Some(query) => {
                let pairs: Vec<String> = query.split('&').map(|pair| self.parameter(pair)).collect();
                format!("{masked}?{}", pairs.join("&"))
            }
        }
    }

    /// Whether it is an address that the exporter knows.
    pub(super) fn is_own(&self, text: &str) -> bool {
        text.starts_with('/') && self.names(text).is_some()
    }

    /// The places of the names in a known address.
    fn names(&self, path: &str) -> Option<Vec<usize>> {
        let Vocabulary { pages, sign_ins, paths, .. } = self.vocabulary;
        let of_pages = pages.iter().flat_map(|page| page.addresses);
        of_pages.chain(*sign_ins).chain(*paths).find_map(|known| fits(known, path))
    }

    fn path(&mut self, path: &str) -> String {
        let names = self.names(path);
        let mut masked = Vec::new();
        for (place, segment) in path.split('/').enumerate() {
            // Of an address that nobody knows, all of it may be names.
            let is_name = names.as_ref().is_none_or(|names| names.contains(&place));
            masked.push(if is_name { self.stand_ins.segment(segment) } else { segment.to_owned() });
        }
        masked.join("/")
    }

    fn parameter(&mut self, pair: &str) -> String {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_known = self.vocabulary.parameters.contains(&key);
        let key = if is_known { key.to_owned() } else { self.stand_ins.text(key) };
        let is_own = is_known && is_harmless(value);
        format!("{key}={}", if is_own { value.to_owned() } else { self.stand_ins.text(value) })
    }
}

/// The places of the names in an address that ends as the pattern does.
fn fits(pattern: &str, address: &str) -> Option<Vec<usize>> {
    let path = address.split('?').next().unwrap_or_default().trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let pattern: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    let before = segments.len().checked_sub(pattern.len())?;
    let is_name = |(_, segment): &(usize, &&str)| !GATEWAY.contains(*segment);
    let mut names: Vec<usize> =
        segments.iter().take(before).enumerate().filter(is_name).map(|(place, _)| place).collect();
    for (place, (segment, expected)) in segments.iter().skip(before).zip(pattern).enumerate() {
        match expected {
            "*" => names.push(before + place),
            expected if expected == *segment => {}
            _ => return None,
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    static DEVICES: Page = Page {
        addresses: &["/dvmdb/adom/*/device"],
        below: "",
        plain: &[],
        clocks: &[],
        ends: &[],
        private: &[],
    };
    static VOCABULARY: Vocabulary = Vocabulary {
        pages: &[&DEVICES],
        envelope: Page { addresses: &[], below: "", plain: &[], clocks: &[], ends: &[], private: &[] },
        sign_ins: &["/auth/signin"],
        paths: &["/api/v1/index"],
        parameters: &["offset"],
    };

    #[test]
    fn names_in_addresses_have_stand_ins_and_the_rest_stays() {
        let mut mask = Mask::new(&VOCABULARY);
        for (address, expected) in [
            ("/dvmdb/adom/paris/device", "/dvmdb/adom/aaaaa/device"),
            ("/fct/api/dvmdb/adom/paris/device/", "/fct/api/dvmdb/adom/aaaaa/device/"),
            ("/api/v1/index?offset=500&user=jdoe", "/api/v1/index?offset=500&aaaa=aaab"),
            ("/fw.paris.example/jdoe/api/v1/index?hunter2", "/aa.aaaaa.aaaaaaa/aaab/api/v1/index?aaaaaa0="),
            ("/api/v1/paris", "/aaa/a0/aaaaa"),
            // As the same number in an answer.
            ("/dvmdb/adom/157/device", "/dvmdb/adom/100/device"),
            ("/api/v1/index?offset=jdoe@corp.example", "/api/v1/index?offset=aaaa@aaaa.aaaaaaa"),
        ] {
            assert_eq!(mask.address(address), expected);
        }
        assert!(is_sign_in(&VOCABULARY, "/api/v1/auth/signin"));
        assert!(!is_sign_in(&VOCABULARY, "/api/v1/auth/signout"));
    }
}
