//! Reading a page of metrics as a test wants to.

/// A page in text format.
#[derive(Debug, Clone)]
pub(crate) struct Exposition(pub(crate) String);

impl Exposition {
    /// The value of a series, written as it stands on the page.
    pub(crate) fn get(&self, series: &str) -> Option<f64> {
        value(&self.0, series)
    }

    /// The lines of series whose name begins with `prefix`.
    pub(crate) fn series(&self, prefix: &str) -> Vec<&str> {
        self.0.lines().filter(|line| line.starts_with(prefix)).collect()
    }
}

/// The value of a series on a page.
pub(crate) fn value(page: &str, series: &str) -> Option<f64> {
    let line = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.trim().parse().unwrap())
}
