//! A donut of EMS's dashboard: `[{"token": "online", "value": 312, "name": "Online"}, …]`.
//!
//! A share of nothing may be left out. Which other shapes there are is not
//! documented; what plainly says the same is read as well.

use serde_json::Value;

use crate::upstream::Scalar;

/// The share of the first of these tokens, which stands beside the others.
pub(super) fn share(donut: &Value, tokens: &[&str]) -> Option<f64> {
    let mut shares = tokens.iter().map(|token| find(donut, token));
    let first = shares.next()?;
    first.or_else(|| shares.any(|share| share.is_some()).then_some(0.0))
}

fn find(donut: &Value, token: &str) -> Option<f64> {
    match donut {
        Value::Array(shares) => shares.iter().find_map(|share| {
            let is_meant = |key| share.get(key).and_then(Value::as_str).is_some_and(|text| is(text, token));
            let counted = || share.get("value").or(share.get("count")).and_then(quantity);
            if ["token", "name"].into_iter().any(is_meant) { counted() } else { None }
        }),
        Value::Object(shares) => {
            let named = shares.iter().find(|(name, _)| is(name, token));
            match named {
                Some((_, share)) => quantity(share.get("value").unwrap_or(share)),
                // One level further down.
                None => shares.values().filter(|inner| inner.is_array()).find_map(|inner| find(inner, token)),
            }
        }
        _ => None,
    }
}

fn is(text: &str, token: &str) -> bool {
    text.trim().eq_ignore_ascii_case(token)
}

fn quantity(value: &Value) -> Option<f64> {
    Scalar::from(value).quantity()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_shape_that_says_the_same_is_read() {
        for donut in [
            json!([{"token": "online", "value": 5, "name": "Online"}, {"token": "offlineLong", "value": 2}]),
            json!([{"name": "Online", "count": "5"}]),
            json!({"online": 5, "offlineLong": 2}),
            json!({"online": {"value": 5.0}}),
            json!({"donut": [{"token": "ONLINE", "value": 5}]}),
        ] {
            assert_eq!(share(&donut, &["online", "offlineLong"]), Some(5.0), "{donut}");
        }
    }

    #[test]
    fn a_share_that_is_left_out_is_0_and_a_donut_of_something_else_says_nothing() {
        let tokens = ["online", "offlineLong"];
        assert_eq!(share(&json!([{"token": "offlineLong", "value": 2}]), &tokens), Some(0.0));
        for donut in [json!([]), json!(null), json!(7), json!([{"token": "7.4.2", "value": 2}]), json!([[1]])]
        {
            assert_eq!(share(&donut, &tokens), None, "{donut}");
        }
        assert_eq!(share(&json!([{"token": "online", "value": "many"}]), &tokens), None);
    }
}
