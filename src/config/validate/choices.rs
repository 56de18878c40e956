//! Lists of words that each stand for something, such as `collectors`.

use super::super::Choice;
use super::{Checks, Step, below};
use crate::settings::{nearest, quoted};

impl Checks {
    /// The choices that `words` stand for, in canonical order; those that are
    /// made by default where there is no list.
    pub(super) fn choices<C: Choice>(
        &mut self,
        path: &[Step],
        key: &'static str,
        words: Option<Vec<String>>,
    ) -> Vec<C> {
        let Some(words) = words else { return C::DEFAULT.to_vec() };
        let at = below(path, key);
        if words.is_empty() && !C::DEFAULT.is_empty() {
            let default = C::WORDS.iter().filter(|(_, choice)| C::DEFAULT.contains(choice));
            let default = quoted(default.map(|(word, _)| *word));
            let fix = format!("leave `{key}` out for {default}, or choose {}", one_of::<C>());
            self.problem(&at, "the list is empty", fix);
        }
        let mut chosen = Vec::new();
        for (number, word) in words.iter().enumerate() {
            let at = [at.as_slice(), &[Step::Item(number)]].concat();
            match self.choice::<C>(&at, word) {
                Some(choice) if chosen.contains(&choice) => {
                    self.problem(&at, "it stands in the list already", "remove one of the two");
                }
                choice => chosen.extend(choice),
            }
        }
        chosen.sort();
        chosen
    }

    /// The choice that `word` stands for.
    pub(super) fn choice<C: Choice>(&mut self, at: &[Step], word: &str) -> Option<C> {
        if let Some((_, choice)) = C::WORDS.iter().find(|(name, _)| *name == word) {
            return Some(*choice);
        }
        let fix = match nearest(word, C::WORDS.iter().map(|(name, _)| *name)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("choose {}", one_of::<C>()),
        };
        self.problem(at, "there is no such choice here", fix);
        None
    }
}

fn one_of<C: Choice>() -> String {
    quoted(C::WORDS.iter().map(|(word, _)| *word))
}
