//! The text of a page, written straight from the values: a page of a thousand
//! targets has a hundred thousand series, and a small string for each of their
//! labels would cost more than the text itself.

use std::io::Write as _;

use super::format::escaped;

/// Whole numbers up to this are written as such, and exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes series, which look the same in both formats.
#[derive(Default)]
pub(super) struct Writer {
    text: Vec<u8>,
    digits: itoa::Buffer,
}

impl Writer {
    /// One series. An empty label is no label.
    pub(super) fn series<'a>(
        &mut self,
        name: &str,
        labels: impl IntoIterator<Item = (&'a str, &'a str)>,
        value: f64,
    ) {
        self.text.extend_from_slice(name.as_bytes());
        let mut before = b'{';
        for (label, value) in labels.into_iter().filter(|(_, value)| !value.is_empty()) {
            self.text.push(before);
            self.text.extend_from_slice(label.as_bytes());
            self.text.extend_from_slice(b"=\"");
            self.text.extend_from_slice(escaped(value, true).as_bytes());
            self.text.push(b'"');
            before = b',';
        }
        if before == b',' {
            self.text.push(b'}');
        }
        self.text.push(b' ');
        self.value(value);
        self.text.push(b'\n');
    }

    fn value(&mut self, value: f64) {
        if value.fract() == 0.0 && value.abs() < EXACT {
            let digits = self.digits.format(value as i64);
            self.text.extend_from_slice(digits.as_bytes());
        } else {
            // Writing into memory cannot fail.
            let _ = write!(self.text, "{value}");
        }
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn into_text(self) -> Vec<u8> {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(labels: &[(&str, &str)], value: f64) -> String {
        let mut writer = Writer::default();
        writer.series("m", labels.iter().copied(), value);
        String::from_utf8(writer.into_text()).unwrap()
    }

    #[test]
    fn a_series_is_a_line() {
        assert_eq!(line(&[], 0.0), "m 0\n");
        assert_eq!(line(&[("a", "x"), ("b", ""), ("c", "y")], 1.5), "m{a=\"x\",c=\"y\"} 1.5\n");
        assert_eq!(line(&[("a", "")], -94.0), "m -94\n");
        assert_eq!(line(&[("a", "\"\\\n<")], 1.0), "m{a=\"\\\"\\\\\\n<\"} 1\n");
    }

    proptest! {
        #[test]
        fn every_value_is_read_again_as_it_was(value in any::<f64>().prop_filter("finite", |v| v.is_finite())) {
            let line = line(&[], value);
            prop_assert_eq!(line.trim_start_matches("m ").trim_end().parse::<f64>().unwrap(), value);
        }
    }
}
