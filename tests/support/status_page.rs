//! The status page over a store that a test fills by hand.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use fortinet_exporter::exposition::Page;
use fortinet_exporter::observation::{Failure, Samples, Store, System, TargetState};
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::web::{Site, router};
use fortinet_exporter::{ems, fortimanager};
use jiff::Timestamp;
use tower::ServiceExt as _;

const DAY: i64 = 86_400;

/// All routes, without a network before them.
pub(crate) struct StatusPage {
    pub(crate) store: Arc<Store>,
    router: Router,
    targets: Vec<Arc<TargetState>>,
}

impl StatusPage {
    pub(crate) fn new() -> Self {
        let store = Arc::new(Store::new());
        let own = Arc::new(OwnMetrics::new(false).unwrap());
        let page = Page::new(Arc::clone(&store), own);
        let site = Site::new(page, Arc::clone(&store), "/metrics", 0, None);
        Self { store, router: router(Arc::new(site)), targets: Vec::new() }
    }

    /// One more target, not polled yet. What it shows is stale after 15 minutes.
    pub(crate) fn add(&mut self, name: &str, system: &'static System) -> Arc<TargetState> {
        self.add_stale_after(Duration::from_secs(900), name, system)
    }

    /// One more FortiManager, whose numbers are too old at once.
    pub(crate) fn add_stale(&mut self, name: &str, samples: Samples) -> Arc<TargetState> {
        let target = self.add_stale_after(Duration::ZERO, name, &fortimanager::SYSTEM);
        target.record(0, Ok(samples));
        target
    }

    fn add_stale_after(
        &mut self,
        stale_after: Duration,
        name: &str,
        system: &'static System,
    ) -> Arc<TargetState> {
        let collectors: &[&'static str] = if std::ptr::eq(system, &fortimanager::SYSTEM) {
            &["license"]
        } else {
            &["endpoints", "license"]
        };
        self.add_reading(collectors, stale_after, name, system)
    }

    /// One more target, of which no more is read than these.
    pub(crate) fn add_reading(
        &mut self,
        collectors: &[&'static str],
        stale_after: Duration,
        name: &str,
        system: &'static System,
    ) -> Arc<TargetState> {
        let url = format!("https://{name}.example.com");
        let target = self.store.target(name, system, url, stale_after, collectors.iter().copied());
        self.targets.push(Arc::clone(&target));
        self.store.set_targets(self.targets.clone());
        target
    }

    /// One more FortiManager that works.
    pub(crate) fn add_fortimanager(&mut self, name: &str, samples: Samples) -> Arc<TargetState> {
        let target = self.add(name, &fortimanager::SYSTEM);
        target.record(0, Ok(samples));
        target
    }

    /// One more EMS with so many endpoints, half of them online.
    pub(crate) fn add_ems(&mut self, name: &str, endpoints: u32) -> Arc<TargetState> {
        let target = self.add(name, &ems::ON_PREM);
        let mut fleet = Samples::default();
        fleet.push(&ems::metrics::ENDPOINTS, &[], f64::from(endpoints));
        fleet.push(&ems::metrics::ONLINE, &[], f64::from(endpoints / 2));
        target.record(0, Ok(fleet));
        let mut license = Samples::default();
        license.push(&ems::metrics::INFO, &["7.4.3", "FCTEMS1"], 1.0);
        target.record(1, Ok(license));
        target
    }

    pub(crate) async fn response(&self, path: &str) -> Response<Body> {
        let request = Request::get(path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The page's source.
    pub(crate) async fn html(&self, path: &str) -> String {
        let body = self.response(path).await.into_body();
        String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().into()).unwrap()
    }

    /// What a reader sees of it: the words of `body`, in order.
    pub(crate) async fn text(&self, path: &str) -> String {
        let html = self.html(path).await;
        let body = html.split_once("<body>").unwrap().1;
        let pieces = body.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        let text = pieces.collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Serves the pages on a port of their own, for as long as the test runs; their base address.
    pub(crate) async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, self.router.clone()).into_future());
        format!("http://{address}")
    }
}

/// A poll that failed.
pub(crate) fn failed(reason: &'static str, message: &str) -> Result<Samples, Failure> {
    let hint = "look after it".to_owned();
    Err(Failure { reason, message: message.to_owned(), hint, next_sign_in: None })
}

/// A FortiManager with contracts that have these codes, names and days left, and so many of 100 devices.
pub(crate) fn license(contracts: &[(&str, &str, i64)], devices: u32) -> Samples {
    use fortimanager::metrics as m;
    let mut samples = Samples::default();
    let today = Timestamp::now().as_second() / DAY * DAY;
    for (code, name, days_left) in contracts {
        samples.push(&m::LICENSE_EXPIRY, &[code], (today + days_left * DAY) as f64);
        samples.push(&m::LICENSE_INFO, &[code, name, "24x7 Support", "ok"], 1.0);
    }
    samples.push(&m::DEVICES_USED, &[], f64::from(devices));
    samples.push(&m::DEVICES_LIMIT, &[], 100.0);
    samples.push(&m::ADOMS_LIMIT, &[], 25.0);
    samples
}

/// A FortiManager of which everything is read: what an operator has to look after, and what not.
pub(crate) fn whole(
    member_in_sync: f64,
    tasks_failed: f64,
    backup_days_ago: f64,
    ending: &[(&str, f64)],
) -> Samples {
    use fortimanager::metrics as m;
    let mut samples = license(&[], 50);
    samples.push(&m::HA_INFO, &["Primary", "Synchronized State", "OK"], 1.0);
    for (member, in_sync) in [("FMG-VM02", 1.0), ("FMG-VM03", member_in_sync)] {
        samples.push(&m::HA_MEMBER_IN_SYNC, &[member], in_sync);
    }
    for (state, count) in [("done", 900.0), ("running", 1.0), ("failed", tasks_failed)] {
        samples.push(&m::TASKS, &[state], count);
    }
    for (connection, count) in [("up", 1_198.0), ("down", 2.0), ("unknown", 0.0)] {
        samples.push(&m::DEVICES_BY_CONNECTION, &[connection], count);
    }
    for (license, count) in ending {
        let left = [("expired", 40.0), ("under_7d", *count), ("under_30d", *count), ("under_90d", 7.0)];
        for (left, count) in left {
            samples.push(&m::DEVICE_CONTRACTS, &[license, left], count);
        }
    }
    for (left, count) in [("expired", 1.0), ("under_7d", 0.0), ("under_30d", ending.len() as f64)] {
        samples.push(&m::VM_LICENSES_BY_TIME_LEFT, &[left], count);
    }
    for (package, shadowed) in [("branch", 20.0), ("hq", 7.0)] {
        samples.push(&m::SHADOWED_POLICIES, &["root", package, "full"], shadowed);
        samples.push(&m::SHADOWED_POLICIES, &["root", package, "partial"], 1.0);
    }
    let now = Timestamp::now().as_second() as f64;
    samples.push(&m::LAST_BACKUP, &[], now - backup_days_ago * 86_400.0);
    samples
}
