//! Where a row of the table is played: a simulated system with a spare one
//! beside it, a front before them, and secrets that would be noticed.

use std::path::{Path, PathBuf};

use fortinet_exporter::simulator::Certificate;

use super::row::{Fault, On};
use crate::support::{Front, System, Systems};

/// Every secret of the configuration, and all that a fault puts into its
/// answers and must not be repeated, begins with this.
pub(super) const MARKER: &str = "MARKER-52ce";

/// All three systems twice, for one row.
pub(super) struct Room {
    main: Systems,
    spare: Systems,
    ca_file: Option<PathBuf>,
    dir: tempfile::TempDir,
}

impl Room {
    /// Without TLS.
    pub(super) async fn plain() -> Self {
        let (main, spare) = (Systems::start_plain().await, Systems::start_plain().await);
        Self { main, spare, ca_file: None, dir: tempfile::tempdir().unwrap() }
    }

    /// With what the fault needs.
    pub(super) async fn for_fault(fault: &Fault) -> Self {
        match Self::behind_certificates(fault).await {
            Some(room) => room,
            None => Self::plain().await,
        }
    }

    /// For a fault of certificates: the systems have a good one, their spares the bad one.
    pub(super) async fn behind_certificates(fault: &Fault) -> Option<Self> {
        let Fault::Certificate { presented, is_from_trusted_ca } = fault else { return None };
        let dir = tempfile::tempdir().unwrap();
        let (good, bad) = (Certificate::generate().unwrap(), presented());
        let trusted = if *is_from_trusted_ca { bad.ca_pem() } else { "" };
        let ca_file = dir.path().join("ca.pem");
        std::fs::write(&ca_file, [good.ca_pem(), trusted].concat()).unwrap();
        let (main, spare) = (Systems::start_with(&good).await, Systems::start_with(&bad).await);
        Some(Self { main, spare, ca_file: Some(ca_file), dir })
    }

    /// One stand per system.
    pub(super) async fn stands(&self) -> [Stand<'_>; 3] {
        let [fortimanager, ems, cloud] = self.main.each();
        let [spare_fortimanager, spare_ems, spare_cloud] = self.spare.each();
        [
            Stand::new(fortimanager, spare_fortimanager, self).await,
            Stand::new(ems, spare_ems, self).await,
            Stand::new(cloud, spare_cloud, self).await,
        ]
    }
}

/// One system as the exporter reaches it.
pub(super) struct Stand<'a> {
    pub(super) system: System<'a>,
    pub(super) spare: System<'a>,
    pub(super) front: Front,
    secret_file: PathBuf,
    ca_file: Option<&'a Path>,
    /// Tokens given out before: the systems of a row may have served another.
    issued_before: [usize; 2],
}

impl<'a> Stand<'a> {
    async fn new(system: System<'a>, spare: System<'a>, room: &'a Room) -> Self {
        let secret_file = room.dir.path().join(system.name);
        let front = Front::before(&system.simulation.url()).await;
        let issued_before = [&system, &spare].map(|system| system.simulation.issued_tokens().len());
        let ca_file = room.ca_file.as_deref();
        let stand = Self { system, spare, front, secret_file, ca_file, issued_before };
        let secret = format!("{MARKER}-{}", stand.system.name);
        stand.change_secret(&secret);
        stand.tell_the_exporter(&secret);
        stand
    }

    /// The system, and its spare, know another secret from now on.
    pub(super) fn change_secret(&self, secret: &str) {
        for system in [&self.system, &self.spare] {
            system.simulation.set_account(system.user(), secret);
        }
    }

    /// The secret file has another content from now on.
    pub(super) fn tell_the_exporter(&self, secret: &str) {
        std::fs::write(&self.secret_file, secret).unwrap();
    }

    /// What stands in the secret file, and what comes after it when it is rotated.
    pub(super) fn secret(&self) -> String {
        std::fs::read_to_string(&self.secret_file).unwrap()
    }

    pub(super) fn next_secret(&self) -> String {
        format!("{}-next", self.secret())
    }

    pub(super) fn url(&self) -> String {
        let scheme = if self.ca_file.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.front.address())
    }

    pub(super) fn end_sessions(&self) {
        self.system.simulation.kill_sessions();
    }

    /// Its entry in the configuration, with further lines.
    pub(super) fn entry(&self, name: &str, fault: &Fault, lines: &[&str]) -> String {
        let secret = format!("{}_file: {}", self.system.secret_key, self.secret_file.display());
        let way = match self.ca_file {
            Some(path) => format!("tls: {{ ca_file: {} }}", path.display()),
            None => "allow_plain_http: true".to_owned(),
        };
        let url = match fault {
            // Longer than a label may be: the resolver need not ask anybody.
            Fault::UnknownName => format!("http://{}.invalid", "x".repeat(64)),
            _ => self.url(),
        };
        let lines: Vec<&str> = [secret.as_str(), way.as_str()].iter().chain(lines).copied().collect();
        self.system.entry(name, &url, &lines)
    }

    pub(super) async fn begin(&self, fault: &Fault) {
        match fault {
            Fault::Answer(on, answer) => {
                let answer = answer(self);
                if *on == On::SignIn {
                    self.system.simulation.override_path(self.system.login, answer);
                    self.end_sessions();
                } else {
                    for page in self.system.pages() {
                        self.system.simulation.override_path(&page, answer.clone());
                    }
                }
            }
            Fault::Front(mischief) => self.front.misbehave(*mischief),
            Fault::Refused => self.front.refuse().await,
            Fault::ConnectHangs => self.front.hang_connects().await,
            Fault::Certificate { .. } => self.front.switch_to(&self.spare.simulation.url()),
            Fault::UnknownName => {}
            Fault::State { begin, .. } => begin(self),
        }
    }

    pub(super) async fn lift(&self, fault: &Fault) {
        match fault {
            Fault::Answer(..) => self.system.simulation.clear_overrides(),
            Fault::Front(_) | Fault::Refused | Fault::ConnectHangs => self.front.behave().await,
            Fault::Certificate { .. } => self.front.switch_to(&self.system.simulation.url()),
            Fault::UnknownName => {}
            Fault::State { lift, .. } => lift(self),
        }
    }

    /// Requests that reached the system, its spare or the front, and those of them with credentials.
    pub(super) fn seen(&self) -> (usize, usize) {
        let (mut requests, mut sign_ins) = self.front.seen();
        for system in [&self.system, &self.spare] {
            let seen = system.simulation.requests();
            requests += seen.len();
            sign_ins += seen.iter().filter(|request| request.has_credentials).count();
        }
        (requests, sign_ins)
    }

    /// Everything that must never be shown.
    pub(super) fn secrets(&self) -> Vec<String> {
        let mut secrets = vec![MARKER.to_owned()];
        for (system, before) in [&self.system, &self.spare].into_iter().zip(self.issued_before) {
            secrets.extend(system.simulation.issued_tokens().into_iter().skip(before));
        }
        secrets
    }
}
