//! A page for people without anything that is written on it.

/// Elements that tell a login page from an error of a proxy.
const ELEMENTS: [&str; 22] = [
    "a", "body", "button", "div", "form", "h1", "h2", "head", "html", "iframe", "img", "input", "label",
    "link", "meta", "p", "script", "select", "span", "style", "table", "title",
];

/// The kinds of elements that a page has, in the order in which they first come.
pub(super) fn elements(body: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(body);
    let mut found = Vec::new();
    for rest in text.split('<').skip(1) {
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let known = ELEMENTS.iter().find(|element| element.eq_ignore_ascii_case(&name));
        if let Some(element) = known.filter(|element| !found.contains(*element)) {
            found.push(*element);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_all_that_is_left_of_a_page() {
        let page = b"<!DOCTYPE html><HTML><head><title>fmg-paris</title></head><body><form id=\"jdoe\"><input value=x><jdoe>";
        assert_eq!(elements(page), ["html", "head", "title", "body", "form", "input"]);
        assert_eq!(elements(b"a < b"), Vec::<&str>::new());
    }
}
