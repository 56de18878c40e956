//! Stand-ins of the same shape: the same text or number always gets the same
//! one, and another gets another, so that what belonged together still does.

use std::collections::HashMap;

use serde_json::{Number, Value};

/// Longer texts are cut.
const LONGEST: usize = 64;
/// A longer word is a key or a picture, whose letters say nothing.
const LONGEST_WORD: usize = 20;

/// What the products themselves call things on every system.
const EVERYWHERE: [&str; 15] = [
    "root",
    "rootp",
    "Global",
    "global",
    "Default",
    "default",
    "All Groups",
    "Other Endpoints",
    "OK",
    "Login fail",
    "No permission for the resource",
    "Not match CSRFToken",
    "Object does not exist",
    "Invalid url",
    "successfully authenticated",
];

/// The stand-ins given out in one capture.
#[derive(Default)]
pub(super) struct StandIns {
    texts: HashMap<String, String>,
    numbers: HashMap<u64, u64>,
    /// How many there are of each shape.
    shapes: HashMap<String, u64>,
}

impl StandIns {
    /// For a text.
    pub(super) fn text(&mut self, text: &str) -> String {
        if text.trim().is_empty() || EVERYWHERE.contains(&text) {
            return text.to_owned();
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let shape = shape(text);
        let number = self.next(&shape);
        let stand_in = numbered(&shape, number);
        self.texts.insert(text.to_owned(), stand_in.clone());
        stand_in
    }

    /// For a part of an address: a name, or a number as answers have it.
    pub(super) fn segment(&mut self, segment: &str) -> String {
        match segment.parse() {
            Ok(number) => self.whole(number).to_string(),
            Err(_) => self.text(segment),
        }
    }

    /// For a number, with as many digits.
    pub(super) fn number(&mut self, number: &Number) -> Value {
        if let Some(whole) = number.as_u64() {
            return self.whole(whole).into();
        }
        if let Some(negative) = number.as_i64() {
            let whole = self.whole(negative.unsigned_abs());
            return i64::try_from(whole).map_or(Value::from(-1), |whole| Value::from(-whole));
        }
        let ones = |c: char| if matches!(c, '1'..='9') { '1' } else { c };
        let text: String = number.to_string().chars().take(12).map(ones).collect();
        text.parse::<f64>().unwrap_or(1.1).into()
    }

    /// 0 and 1 are switches, and say nothing.
    fn whole(&mut self, number: u64) -> u64 {
        if number < 2 {
            return number;
        }
        if let Some(known) = self.numbers.get(&number) {
            return *known;
        }
        let digits = number.to_string().len();
        let first = if digits == 1 { 2 } else { 10_u64.pow(u32::try_from(digits - 1).unwrap_or_default()) };
        let stand_in = first + self.next(&format!("{digits} digits"));
        self.numbers.insert(number, stand_in);
        stand_in
    }

    fn next(&mut self, shape: &str) -> u64 {
        let count = self.shapes.entry(shape.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

fn shape(text: &str) -> String {
    let is_long =
        text.len() > LONGEST_WORD && text.chars().all(|c| c.is_ascii_alphanumeric() || "+/=_-".contains(c));
    if is_long {
        return "a".repeat(LONGEST_WORD);
    }
    text.chars().take(LONGEST).map(kind).collect()
}

fn kind(c: char) -> char {
    match c {
        c if c.is_numeric() => '0',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_ascii_punctuation() || c == ' ' => c,
        _ => ' ',
    }
}

/// The shape with a number in its letters and digits, from the last on.
fn numbered(shape: &str, mut number: u64) -> String {
    let mut place = |c: char, first: u8, count: u64| {
        let moved = u8::try_from(number % count).map_or(c, |offset| char::from(first + offset));
        number /= count;
        moved
    };
    let reversed = shape.chars().rev().map(|c| match c {
        '0' => place(c, b'0', 10),
        'A' => place(c, b'A', 26),
        'a' => place(c, b'a', 26),
        other => other,
    });
    let reversed: Vec<char> = reversed.collect();
    reversed.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stand_in_has_the_shape_of_what_it_stands_for() {
        let mut stand_ins = StandIns::default();
        assert_eq!(stand_ins.text("FMG-VM0400012345"), "AAA-AA0000000000");
        assert_eq!(stand_ins.text("FMG-VM0400012346"), "AAA-AA0000000001");
        assert_eq!(stand_ins.text("FMG-VM0400012345"), "AAA-AA0000000000");
        assert_eq!(stand_ins.text("j.doe@corp.example"), "a.aaa@aaaa.aaaaaaa");
        assert_eq!(stand_ins.text("Zoë 漢\n"), "Aaa a ");
        assert_eq!((stand_ins.text("root"), stand_ins.text("")), ("root".to_owned(), String::new()));
        assert_eq!(stand_ins.text(&"x y ".repeat(5_000)).len(), LONGEST);
        assert_eq!(stand_ins.text("0F3C9A5B7D1E42668C20AA91D4E77B10"), "a".repeat(LONGEST_WORD));
        let texts: std::collections::HashSet<String> =
            (0..500).map(|number| stand_ins.text(&format!("fw-{number:03}"))).collect();
        assert_eq!(texts.len(), 500);
    }

    #[test]
    fn a_number_keeps_its_digits_and_stays_apart_from_others() {
        let mut stand_ins = StandIns::default();
        let mut of = |number: Value| stand_ins.number(number.as_number().unwrap());
        assert_eq!(of(json!(0)), 0);
        assert_eq!(of(json!(1)), 1);
        assert_eq!(of(json!(31_337)), 10_000);
        assert_eq!(of(json!(31_338)), 10_001);
        assert_eq!(of(json!(31_337)), 10_000);
        assert_eq!(of(json!(7)), 2);
        assert_eq!(of(json!(-4_711)), -1_000);
        assert_eq!(of(json!(4.5)), 1.1);
        assert_eq!(of(json!(0.0)), 0.0);
        assert_eq!(of(json!(u64::MAX)).to_string().len(), 20);
    }
}
