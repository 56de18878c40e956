//! Where it is seen how the web configuration is: in metrics, on the status page, and by whoever reloads.

use jiff::civil::date;
use jiff::tz::TimeZone;
use reqwest::Method;

use super::{CONFIG, Folder, TLS, anybody};
use crate::support::{Binary, Exposition, Identity, until};

const SUCCESSFUL: &str = "fortinet_exporter_web_config_last_reload_successful";
const AT: &str = "fortinet_exporter_web_config_last_reload_success_timestamp_seconds";
const EXPIRY: &str = "fortinet_exporter_web_certificate_expiry_timestamp_seconds";
const GOOD: &str = "http_server_config: { http2: false }\n";
const BAD: &str = "http_server_config: { htp2: false }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_web_configuration_is_seen_until_it_is_mended() {
    let folder = Folder::new();
    let binary = folder.serve_with(GOOD, "--web.enable-lifecycle").await;
    let page = binary.metrics().await;
    assert_eq!(page.get(SUCCESSFUL), Some(1.0));
    let accepted = page.get(AT);
    assert!(accepted.is_some());

    folder.write("web.yml", BAD);
    let page = binary.metrics_when("the refusal", |page| page.get(SUCCESSFUL) == Some(0.0)).await;
    assert_eq!(page.get(AT), accepted);
    // The other file is as good as before.
    assert_eq!(page.get("fortinet_exporter_config_last_reload_successful"), Some(1.0));
    let status_page = binary.get("/").await.text().await.unwrap();
    assert!(status_page.contains("The web configuration was refused"), "{status_page}");
    assert!(status_page.contains("did you mean `http2`?"), "{status_page}");

    let post = async || {
        let response = binary.send(Method::POST, "/-/reload").await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, text) = post().await;
    assert_eq!(status, 500);
    assert!(text.starts_with("configuration reloaded, but the web configuration was refused"), "{text}");
    assert!(text.contains("did you mean `http2`?"), "{text}");
    // Whoever asks is told, though it is known already.
    let told = || binary.log().matches("web configuration refused").count();
    let before = told();
    binary.signal("HUP");
    until("the log to tell again", async || (told() > before).then_some(())).await;
    binary.write_config("fortimanagers: nothing");
    let (status, text) = post().await;
    assert_eq!(status, 500);
    assert!(
        text.contains("configuration not reloaded") && text.contains("\nweb configuration refused"),
        "{text}"
    );

    // A reload does not wait until somebody looks at the files.
    binary.write_config(CONFIG);
    folder.write("web.yml", GOOD);
    assert_eq!(post().await, (200, "configuration reloaded\n".to_owned()));
    let page = binary.metrics().await;
    assert_eq!(page.get(SUCCESSFUL), Some(1.0));
    assert!(page.get(AT) > accepted);
    assert!(!binary.get("/").await.text().await.unwrap().contains("web configuration was refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_certificate_that_is_served_is_a_metric() {
    let folder = Folder::new();
    let end = |year| date(year, 12, 31).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second() as f64;
    Identity::self_signed(2040).write(folder.path());
    let binary = folder.serve(TLS).await;
    let expiry = async || {
        let reply = anybody().get(binary.address(), "/metrics").await.unwrap();
        Exposition(reply.body).get(EXPIRY)
    };
    assert_eq!(expiry().await, Some(end(2040)));
    // The certificate with that of its issuer: the first to end counts.
    let (issuer, renewed) = (Identity::self_signed(2060), Identity::self_signed(2070));
    renewed.write(folder.path());
    folder.write("server.crt", &[renewed.pem, issuer.pem].concat());
    until("the renewed one", async || (expiry().await == Some(end(2060))).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_web_configuration_there_is_nothing_to_say_of_it() {
    let page = Binary::serve(CONFIG).await.metrics().await;
    assert!(page.get("fortinet_exporter_config_last_reload_successful").is_some());
    assert!(!page.0.contains("fortinet_exporter_web_"), "{}", page.0);
}
