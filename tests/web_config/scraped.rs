//! The real Prometheus before a door that asks for a certificate and a password. It speaks HTTP/2 then.

use super::{Folder, TLS, alice};
use crate::support::{Ca, Prometheus};

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_comes_in_with_its_certificate_and_password_and_not_without() {
    let folder = Folder::new();
    let ca = Ca::new();
    let prometheus = ca.issue(Vec::new());
    folder.write("clients.crt", &ca.pem);
    folder.write("prometheus.crt", &prometheus.pem);
    folder.write("prometheus.key", &prometheus.key_pem);
    let clients = ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: clients.crt }";
    let binary = folder.serve(&[&TLS.replace(" }", clients), alice(4).as_str()].concat()).await;
    let dir = folder.path().display();
    let certificate = format!(", cert_file: {dir}/prometheus.crt, key_file: {dir}/prometheus.key");
    for (certificate, password, up) in [
        (certificate.as_str(), "open sesame", 1.0),
        (&certificate, "open barley", 0.0),
        ("", "open sesame", 0.0),
    ] {
        let job = format!(
            "scheme: https\n    tls_config: {{ insecure_skip_verify: true{certificate} }}\n    basic_auth: {{ username: alice, password: {password} }}\n    static_configs: [{{ targets: ['{}'] }}]",
            binary.address()
        );
        let prometheus = Prometheus::with(&job);
        assert_eq!(prometheus.value("up{job=\"fortinet\"}").await, up, "{certificate} {password}");
    }
}
