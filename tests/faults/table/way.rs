//! No connection, or not to whom it should be.

use fortinet_exporter::simulator::Certificate;
use fortinet_exporter::upstream::Reason::{Connect, Dns, Timeout, Tls};

use crate::faults::row::{Expect, Fault, Row, Section, fails};

pub(super) fn rows() -> Vec<Row> {
    let row = |name, fault, expect: Expect| {
        let expect = expect.requests([0; 3], [0; 3]);
        Row { section: Section::Way, name, fault, expect }
    };
    let certificate = |name, presented, is_from_trusted_ca| {
        row(name, Fault::Certificate { presented, is_from_trusted_ca }, fails(Tls))
    };
    vec![
        row("the host name has no address", Fault::UnknownName, fails(Dns)),
        row("the connection is refused", Fault::Refused, fails(Connect)),
        row("the connect hangs (10 s)", Fault::ConnectHangs, fails(Timeout)),
        certificate("TLS: a certificate of an unknown CA", || Certificate::generate().unwrap(), false),
        certificate("TLS: an expired certificate", || Certificate::expired().unwrap(), true),
        certificate(
            "TLS: a certificate for another name",
            || Certificate::for_name("other.example.com").unwrap(),
            true,
        ),
    ]
}
