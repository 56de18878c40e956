//! What is searched for.

use super::facts::Facts;
use crate::observation::Alarm;

/// Words in lower case, all of which must be found.
pub(super) struct Search {
    words: Vec<String>,
    /// Those that are called by any of the words. Alarms are few and stand at thousands of targets, so each is read once,
    /// and whoever searches for a name has none of them to look at.
    alarms: Vec<(&'static Alarm, String)>,
}

impl Search {
    /// For these words, among these targets.
    pub(super) fn among(all: &[Facts<'_>], words: Vec<String>) -> Self {
        let (mut seen, mut alarms) = (Vec::<&'static Alarm>::new(), Vec::new());
        for alarm in all.iter().flat_map(|facts| facts.digest.alarms.iter().copied()) {
            if seen.iter().any(|known| std::ptr::eq(*known, alarm)) {
                continue;
            }
            seen.push(alarm);
            let text = format!("{} {}", alarm.badge, alarm.words).to_lowercase();
            if words.iter().any(|word| text.contains(word)) {
                alarms.push((alarm, text));
            }
        }
        Self { words, alarms }
    }

    /// Whether all words stand in what is known of a target by name.
    pub(super) fn finds(&self, facts: &Facts<'_>) -> bool {
        let texts = facts.names().map(str::to_lowercase);
        let is_in_texts = |word: &String| texts.iter().any(|text| text.contains(word));
        self.words.iter().all(|word| is_in_texts(word) || self.is_about(&facts.digest.alarms, word))
    }

    /// Whether any of these alarms is called by this word.
    fn is_about(&self, alarms: &[&'static Alarm], word: &str) -> bool {
        let called = self.alarms.iter().filter(|(_, text)| text.contains(word));
        called
            .map(|(called, _)| *called)
            .any(|called| alarms.iter().any(|alarm| std::ptr::eq(*alarm, called)))
    }
}
