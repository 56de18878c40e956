//! Words that names of fields are made of.

use std::collections::BTreeSet;

use crate::upstream::{Page, Vocabulary, is_field_name};

/// Words of any API, beside those of the fields that are known.
const USUAL: &str = "active alive all allowed api available build category chromebook client cloud cnt code conf config conn \
    connection contract count cpu create current daily data date day days desc description detail details \
    device devices disk duration elapsed email enabled end endpoint endpoints entries epp error errors event \
    events expire expired expires expiry fap feature features fex fgt field fields first flags forensics free fsw group groups health \
    history id index info interval ip item items key kind last level license licenses limit line list local \
    log logs mac max maximum member members memory message method min mode model month name names next none \
    num number object old os owner page params path pending percent period platform policies policy port prefix \
    product profile quota rate reason remote result results role row rows sandbox seats serial server session severity \
    shadow size sn source start started state stats status sync system tag tags task tasks text time timestamp \
    timezone title token total type types unit units up update updated uptime url usage used user users uuid \
    valid value values vdom version warning week year zone ztna";

/// What is known of them.
pub(super) struct Words(BTreeSet<String>);

impl Words {
    /// Those of the fields of a system.
    pub(super) fn of(vocabulary: &'static Vocabulary) -> Self {
        let pages = vocabulary.pages.iter().copied().chain([&vocabulary.envelope]);
        let known = pages.flat_map(Page::paths).flat_map(split);
        Self(known.chain(USUAL.split_whitespace().map(str::to_owned)).collect())
    }

    /// Whether a key is the name of a field by every word that it is made of.
    pub(super) fn has_all_of(&self, key: &str) -> bool {
        is_field_name(key) && split(key).iter().all(|word| self.0.contains(word))
    }
}

/// `max_num_dev`, `offlineMode`, `none policy count`: in their words.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() || was_lower && c.is_ascii_uppercase() {
            words.push(String::new());
        }
        was_lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    static VOCABULARY: Vocabulary = Vocabulary {
        pages: &[],
        envelope: Page {
            addresses: &[],
            below: "",
            plain: &["offlineMode"],
            clocks: &[],
            ends: &[],
            private: &[],
        },
        sign_ins: &[],
        paths: &[],
        parameters: &[],
    };

    #[test]
    fn a_name_of_known_words_is_told_from_somebodys() {
        let words = Words::of(&VOCABULARY);
        for name in ["offline_mode", "maxOffline", "last-sync", "user_name"] {
            assert!(words.has_all_of(name), "{name}");
        }
        for name in ["paris", "fw_lyon", "customer-01", "FMG-VM0000000001", "", "10.1.2.3"] {
            assert!(!words.has_all_of(name), "{name}");
        }
    }
}
