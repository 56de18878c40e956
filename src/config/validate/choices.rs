//! Lists of words that each stand for something, such as `collectors`.

use super::super::{Choice, Fleet};
use super::{Checks, Step, below};
use crate::settings::{nearest, quoted};

impl Checks {
    /// What is read of an endpoint fleet.
    pub(super) fn fleet(
        &mut self,
        path: &[Step],
        collectors: Option<Vec<String>>,
        by: Option<Vec<String>>,
    ) -> Fleet {
        Fleet {
            collectors: self.choices(path, "collectors", collectors, true),
            endpoints_by: self.choices(path, "endpoints_by", by, false),
        }
    }

    /// The choices that `words` stand for, in canonical order. An absent list
    /// means all of them for `all_by_default`, else none.
    pub(super) fn choices<C: Choice>(
        &mut self,
        path: &[Step],
        key: &'static str,
        words: Option<Vec<String>>,
        all_by_default: bool,
    ) -> Vec<C> {
        let Some(words) = words else {
            return C::WORDS.iter().filter(|_| all_by_default).map(|(_, choice)| *choice).collect();
        };
        let at = below(path, key);
        let known = || C::WORDS.iter().map(|(word, _)| *word);
        let one_of = quoted(known());
        if words.is_empty() && all_by_default {
            self.problem(&at, "the list is empty", format!("leave `{key}` out for all, or choose {one_of}"));
        }
        let mut chosen = Vec::new();
        for (number, word) in words.iter().enumerate() {
            if let Some((_, choice)) = C::WORDS.iter().find(|(name, _)| name == word) {
                chosen.push(*choice);
                continue;
            }
            let at = [at.as_slice(), &[Step::Item(number)]].concat();
            let fix = match nearest(word, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("choose {one_of}"),
            };
            self.problem(&at, "there is no such choice here", fix);
        }
        chosen.sort();
        chosen.dedup();
        chosen
    }
}
