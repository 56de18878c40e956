use serde_json::{Value, json};

use crate::simulator::testing::{client, json, with_json};
use crate::simulator::{Certificate, FortiManager};

/// The code that a call is answered with, and how many rules it breaks.
async fn code(
    system: &FortiManager,
    headers: &[(&'static str, &str)],
    query: &str,
    body: &Value,
) -> (Value, usize) {
    let before = system.violations().len();
    let request = client(&Certificate::generate().unwrap()).post(format!("{}/jsonrpc{query}", system.url()));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = json(with_json(request, body).send().await.unwrap()).await;
    (answer["result"][0]["status"]["code"].clone(), system.violations().len() - before)
}

fn call(method: &str, params: &Value) -> Value {
    json!({"id": 1, "method": method, "params": params})
}

#[tokio::test]
async fn each_rule_of_json_rpc_is_enforced() {
    let system = FortiManager::start_plain().await.unwrap();
    let token = ("Authorization", "Bearer demo-api-token");
    let own = call("exec", &json!([{"url": "/um/license/self", "data": {"flags": 0}}]));
    let status = call("get", &json!([{"url": "/sys/status"}]));
    for (headers, query, body, expected) in [
        (vec![token], "", &own, (0, 0)),
        (vec![token], "", &status, (0, 0)),
        (vec![], "", &status, (-11, 1)),
        (vec![("Authorization", "Bearer other")], "", &status, (-11, 0)),
        (vec![("Authorization", "demo-api-token")], "", &status, (-11, 1)),
        (vec![token], "?access_token=demo-api-token", &status, (0, 1)),
        (vec![token, ("Cookie", "CURRENT_SESSION=x")], "", &status, (0, 1)),
        (vec![token], "", &call("exec", &json!([{"url": "/um/license/self"}])), (-8, 1)),
        (vec![token], "", &call("get", &json!([{"url": "/um/license/self"}])), (-6, 1)),
        (vec![token], "", &call("set", &json!([{"url": "/sys/status", "data": {}}])), (-6, 1)),
        (vec![token], "", &call("get", &json!([{"url": "/a"}, {"url": "/b"}])), (-8, 1)),
        (vec![token], "", &json!({"method": "get", "params": [{"url": "/sys/status"}]}), (-8, 1)),
    ] {
        let (expected, breaches) = expected;
        assert_eq!(code(&system, &headers, query, body).await, (json!(expected), breaches), "{body}");
    }
    system.refuse_data("/sys/status");
    assert_eq!(code(&system, &[token], "", &status).await, (json!(-11), 0));
}
