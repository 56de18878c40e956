//! One simulated system of each kind, and what a test has to know of it.

use fortinet_exporter::poll::Target;
use fortinet_exporter::simulator::{
    Certificate, Cloud, Ems, Fleet, FortiAnalyzer, FortiManager, FortiManagerCloud, Simulation,
};

use super::target;

/// A FortiManager, one in the cloud, a FortiAnalyzer, an EMS and a FortiClient Cloud behind one certificate.
pub(crate) struct Systems {
    pub(crate) fortimanager: FortiManager,
    pub(crate) fortimanager_cloud: FortiManagerCloud,
    fortianalyzer: FortiAnalyzer,
    pub(crate) ems: Ems,
    pub(crate) cloud: Cloud,
    tls: String,
    /// The same, and where FortiManager Cloud is signed in to.
    tls_and_auth: String,
}

/// What only one kind of system can do.
#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    FortiManager(&'a FortiManager),
    Ems(&'a Ems),
    Cloud,
}

/// One of them as the tests that are the same for all look at it.
pub(crate) struct System<'a> {
    pub(crate) name: &'static str,
    pub(crate) simulation: &'a Simulation,
    kind: Kind<'a>,
    /// Where it signs in.
    pub(crate) login: &'static str,
    /// What its collector `license` reads.
    pub(crate) page: &'static str,
    /// The line of the configuration with the right secret, and its key.
    pub(crate) secret: &'static str,
    pub(crate) secret_key: &'static str,
    /// Where its entries stand in the configuration.
    pub(crate) section: &'static str,
    account: &'static str,
    tls: &'a str,
}

impl Systems {
    pub(crate) async fn start() -> Self {
        Self::start_with(&Certificate::generate().unwrap()).await
    }

    /// Behind this certificate, which clients are told to trust.
    pub(crate) async fn start_with(certificate: &Certificate) -> Self {
        Self::new(
            FortiManager::start(certificate).await.unwrap(),
            FortiManagerCloud::start(certificate).await.unwrap(),
            FortiAnalyzer::start(certificate).await.unwrap(),
            Ems::start(certificate).await.unwrap(),
            Cloud::start(certificate).await.unwrap(),
            format!("tls: {{ pin_sha256: {} }}", certificate.sha256()),
        )
    }

    /// The same without TLS.
    pub(crate) async fn start_plain() -> Self {
        Self::new(
            FortiManager::start_plain().await.unwrap(),
            FortiManagerCloud::start_plain().await.unwrap(),
            FortiAnalyzer::start_plain().await.unwrap(),
            Ems::start_plain().await.unwrap(),
            Cloud::start_plain().await.unwrap(),
            "allow_plain_http: true".to_owned(),
        )
    }

    /// With small fleets: these tests are not about the endpoints.
    fn new(
        fortimanager: FortiManager,
        fortimanager_cloud: FortiManagerCloud,
        fortianalyzer: FortiAnalyzer,
        ems: Ems,
        cloud: Cloud,
        tls: String,
    ) -> Self {
        let fleet = Fleet::demo(30, jiff::Timestamp::now());
        ems.set_fleet(fleet.clone());
        cloud.set_fleet(fleet);
        let tls_and_auth = format!("{tls}\n    auth_url: {}", fortimanager_cloud.forticloud().url());
        Self { fortimanager, fortimanager_cloud, fortianalyzer, ems, cloud, tls, tls_and_auth }
    }

    /// One of each way to sign in: a FortiAnalyzer has that of a FortiManager.
    pub(crate) fn each(&self) -> [System<'_>; 3] {
        [self.fortimanager(), self.ems(), self.cloud()]
    }

    pub(crate) fn fortimanager(&self) -> System<'_> {
        System {
            name: "fmg",
            simulation: &self.fortimanager,
            kind: Kind::FortiManager(&self.fortimanager),
            login: "/cgi-bin/module/flatui_auth",
            page: "/cgi-bin/module/flatui/SysDashboard",
            secret: "password: demo-password",
            secret_key: "password",
            section: "fortimanagers",
            account: "username: exporter",
            tls: &self.tls,
        }
    }

    /// Its instance; the host before it is `fortimanager_cloud.forticloud()`.
    pub(crate) fn fortimanager_cloud(&self) -> System<'_> {
        System {
            name: "fmg-cloud",
            simulation: &self.fortimanager_cloud,
            kind: Kind::Cloud,
            login: "/p/forticloud_jsonrpc_login/",
            page: "/jsonrpc",
            section: "fortimanager_cloud",
            account: "api_id: demo-api-id",
            tls: &self.tls_and_auth,
            ..self.fortimanager()
        }
    }

    pub(crate) fn fortianalyzer(&self) -> System<'_> {
        System {
            name: "faz",
            simulation: &self.fortianalyzer,
            kind: Kind::FortiManager(&self.fortianalyzer),
            section: "fortianalyzers",
            ..self.fortimanager()
        }
    }

    pub(crate) fn ems(&self) -> System<'_> {
        System {
            name: "ems",
            simulation: &self.ems,
            kind: Kind::Ems(&self.ems),
            login: "/api/v1/auth/signin",
            page: "/api/v1/license/get",
            secret: "password: demo-password",
            secret_key: "password",
            section: "forticlient_ems",
            account: "username: exporter",
            tls: &self.tls,
        }
    }

    pub(crate) fn cloud(&self) -> System<'_> {
        System {
            name: "cloud",
            simulation: &self.cloud,
            kind: Kind::Cloud,
            login: "/fct/api/public/v1/ems_api_cloud/login/",
            page: "/fct/api/public/v1/ems_api/api/v1/license/get",
            secret: "access_key: demo-access-key",
            secret_key: "access_key",
            section: "forticlient_cloud",
            account: "account_email: it@example.com",
            tls: &self.tls,
        }
    }

    /// All three with the right secrets, polled every second.
    pub(crate) fn config(&self) -> String {
        self.each().map(|system| system.config()).concat()
    }
}

impl System<'_> {
    pub(crate) fn config(&self) -> String {
        self.config_with(self.secret)
    }

    /// The account's name.
    pub(crate) fn user(&self) -> &'static str {
        self.account.split_once(": ").unwrap().1
    }

    /// Puts a prefix before the names of its cookies, where it has any.
    pub(crate) fn prefix_cookies(&self, prefix: &str) {
        match self.kind {
            Kind::FortiManager(fortimanager) => fortimanager.set_cookie_prefix(prefix),
            Kind::Ems(ems) => ems.set_cookie_prefix(prefix),
            Kind::Cloud => {}
        }
    }

    /// How the paths of everything it reads begin.
    pub(crate) fn pages(&self) -> Vec<String> {
        match self.page.strip_suffix("license/get") {
            Some(api) => ["endpoints/", "license/", "system/"].map(|page| format!("{api}{page}")).into(),
            None => vec![self.page.to_owned()],
        }
    }

    /// With this line in place of the one with the right secret.
    pub(crate) fn config_with(&self, secret: &str) -> String {
        let lines = [secret, self.tls, "interval: 1s"];
        format!("{}:\n{}", self.section, self.entry(self.name, &self.simulation.url(), &lines))
    }

    /// An entry of the section [`Self::section`] for the account of this system.
    pub(crate) fn entry(&self, name: &str, url: &str, lines: &[&str]) -> String {
        let head = format!("  - name: {name}\n    url: {url}\n    {}\n", self.account);
        lines.iter().fold(head, |entry, line| format!("{entry}    {line}\n"))
    }

    /// Under another name.
    pub(crate) fn config_named(&self, name: &str) -> String {
        self.config().replace(&format!("name: {}", self.name), &format!("name: {name}"))
    }

    pub(crate) fn target(&self) -> Target {
        target(&self.config())
    }

    /// A client whose secret is wrong.
    pub(crate) fn target_with_wrong_secret(&self) -> Target {
        target(&self.config_with(&format!("{}: wrong", self.secret_key)))
    }

    /// Requests that asked to sign in, answered by the system itself or by an override.
    pub(crate) fn login_requests(&self) -> usize {
        let is_login = |path: &str| path == self.login;
        self.simulation.requests().iter().filter(|request| is_login(&request.path)).count()
    }
}
