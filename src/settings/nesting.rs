//! How deep brackets and dashes are nested, before the parser sees them.
//!
//! The YAML parser's time grows with the square of what is open at once:
//! 100,000 brackets keep it busy for half a minute. A configuration needs a
//! handful. This reader knows just enough YAML (quotes, comments, plain text,
//! block texts) not to take a password for structure.

const MAX_OPEN: usize = 64;

/// The line and column at which more is open than any honest file has.
pub(crate) fn too_deep(text: &str) -> Option<(usize, usize)> {
    let mut reader = Reader { open: 0, quote: None, block_text: None };
    let lines = text.split('\n').enumerate();
    lines.filter_map(|(number, line)| Some((number + 1, reader.line(line)? + 1))).next()
}

struct Reader {
    /// Flow collections (`[`, `{`) open now.
    open: usize,
    /// The quote that a text over several lines began with.
    quote: Option<u8>,
    /// The indentation of the line whose `|` or `>` began a block text.
    block_text: Option<usize>,
}

impl Reader {
    /// Reads one line; the byte offset at which it goes too deep.
    fn line(&mut self, line: &str) -> Option<usize> {
        let bytes = line.as_bytes();
        let indent = bytes.iter().take_while(|byte| **byte == b' ').count();
        if let Some(above) = self.block_text {
            if indent > above || line.trim().is_empty() {
                return None;
            }
            self.block_text = None;
        }
        // Whether a new value may begin here, so that quotes and brackets count.
        let mut fresh = true;
        let mut dashes = 0;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            match (self.quote, byte) {
                (Some(b'"'), b'\\') => at += 1,
                (Some(quote), _) => {
                    if byte == quote {
                        self.quote = None;
                        fresh = false;
                    }
                }
                (None, b' ' | b'\t' | b'\r') => {}
                (None, b'#') if at == 0 || matches!(bytes.get(at - 1), Some(b' ' | b'\t')) => return None,
                (None, b'"' | b'\'') if fresh => self.quote = Some(byte),
                (None, b'[' | b'{') if fresh || self.open > 0 => {
                    self.open += 1;
                    fresh = true;
                }
                (None, b']' | b'}') if self.open > 0 => {
                    self.open -= 1;
                    fresh = false;
                }
                (None, b',') if self.open > 0 => fresh = true,
                (None, b'-' | b'?') if fresh && next.is_ascii_whitespace() => dashes += 1,
                (None, b':') if self.open > 0 || next.is_ascii_whitespace() => fresh = true,
                (None, b'|' | b'>') if fresh && self.open == 0 => {
                    self.block_text = Some(indent);
                    return None;
                }
                // An anchor or a tag: the value comes after it.
                (None, b'&' | b'!') if fresh => {
                    let name = |byte: &&u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'[' | b'{');
                    at += bytes.iter().skip(at + 1).take_while(name).count();
                }
                (None, _) => fresh = false,
            }
            if self.open.max(dashes) > MAX_OPEN {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towers_are_found_however_they_are_written() {
        for piece in
            ["[", "{", "[\n", "[ # c\n", "[a,", "[ a\n,", "{a: ", "{\"]\": ", "- ", "? ", "!t [", "&a ["]
        {
            assert!(too_deep(&piece.repeat(100)).is_some(), "{piece:?}");
        }
        assert_eq!(too_deep(&format!("a: 1\nb: {}", "[".repeat(100))), Some((2, 68)));
    }

    #[test]
    fn brackets_in_texts_are_no_structure() {
        for piece in [
            "- password: \"[[[[[\"\n",
            "- password: '[[''[[['\n",
            "- password: a[[[[[ [ {\n",
            "- password: |\n    [[[[[\n    \"\n",
            "- { password: \"[[\\\"[[[\" }\n",
            "# [[[[[\n",
            "a: b # \"[[[[\n",
            "- a - - - -\n",
            "- [a, \"[\n  [\", b]\n",
            "- it's [\n",
        ] {
            assert_eq!(too_deep(&piece.repeat(1000)), None, "{piece:?}");
        }
        assert_eq!(too_deep(&format!("a: [\n{}]", "{ password: \"[\" },\n".repeat(1000))), None);
    }
}
