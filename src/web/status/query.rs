//! What the address asks for: `?q=WORDS&page=2&contracts=3`.

use form_urlencoded::Serializer;

/// A search and two places to be at. What cannot be read is as good as not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// What is searched for, as typed.
    pub(super) text: String,
    /// The page of the targets, from 1.
    pub(super) targets: usize,
    /// The page of the contracts, from 1.
    pub(super) contracts: usize,
}

impl Query {
    /// Longer than any name of a target.
    const LONGEST: usize = 200;

    pub(super) fn parse(raw: Option<&str>) -> Self {
        let mut query = Self { text: String::new(), targets: 1, contracts: 1 };
        for (key, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            match key.as_ref() {
                "q" => query.text = value.trim().chars().take(Self::LONGEST).collect(),
                "page" => query.targets = value.parse().unwrap_or(1),
                "contracts" => query.contracts = value.parse().unwrap_or(1),
                _ => {}
            }
        }
        query
    }

    /// The words of the search in lower case; all of them must be found.
    pub(super) fn words(&self) -> Vec<String> {
        self.text.split_whitespace().map(str::to_lowercase).collect()
    }

    /// The relative address of this query.
    pub(super) fn link(&self) -> String {
        let mut link = Serializer::new(String::new());
        if !self.text.is_empty() {
            link.append_pair("q", &self.text);
        }
        for (key, page) in [("page", self.targets), ("contracts", self.contracts)] {
            if page > 1 {
                link.append_pair(key, &page.to_string());
            }
        }
        format!("?{}", link.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_back_to_its_query() {
        for (text, targets, contracts) in [("", 1, 1), ("fmg & <b> 100%", 2, 1), ("é", 1, 7)] {
            let query = Query { text: text.to_owned(), targets, contracts };
            assert_eq!(Query::parse(query.link().strip_prefix('?')), query);
        }
    }

    #[test]
    fn nonsense_is_no_error() {
        for raw in [None, Some(""), Some("page=x&contracts=-1&q"), Some("%%%&&&=&page=1e9")] {
            assert_eq!(Query::parse(raw), Query { text: String::new(), targets: 1, contracts: 1 });
        }
    }
}
