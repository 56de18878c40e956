//! One target as the daemon runs it, but polled by hand.

use std::sync::Arc;
use std::time::Duration;

use fortinet_exporter::config::Config;
use fortinet_exporter::exposition::{Coding, Format, Page};
use fortinet_exporter::observation::{CollectorState, Failure, Store, TargetState};
use fortinet_exporter::poll::Poller;
use fortinet_exporter::targets;
use fortinet_exporter::telemetry::OwnMetrics;
use fortinet_exporter::upstream::{Clients, Refusals};

use super::Exposition;

/// A poller with the page that shows what it found.
pub(crate) struct Polled {
    poller: Poller,
    state: Arc<TargetState>,
    page: Page,
}

impl Polled {
    /// The first target of a configuration.
    pub(crate) fn new(config: &str) -> Self {
        let own = Arc::new(OwnMetrics::new(false).unwrap());
        let store = Store::new();
        let config = Config::parse(config, "test.yml").unwrap_or_else(|error| panic!("{error}"));
        let entry = config.entries().next().unwrap();
        let (clients, refusals) = (Clients::new(), |_| Refusals::default());
        let (poller, state) =
            targets::poller(entry, &clients, &own, &store, refusals, Arc::new(|_| {})).unwrap();
        store.set_targets(vec![Arc::clone(&state)]);
        Self { poller, state, page: Page::new(Arc::new(store), own) }
    }

    /// One poll; how long it is to the next.
    pub(crate) async fn poll(&mut self) -> Duration {
        self.poller.poll().await
    }

    pub(crate) async fn metrics(&self) -> Exposition {
        let page = self.page.render(Format::Text, Coding::Identity).await.unwrap();
        Exposition(String::from_utf8(page.concat()).unwrap())
    }

    /// How the last poll of each collector failed, as the status page shows it.
    pub(crate) fn failures(&self) -> Vec<Failure> {
        let outcomes = self.state.collectors.iter().filter_map(CollectorState::outcome);
        outcomes.filter_map(|outcome| outcome.failure.clone()).collect()
    }

    pub(crate) async fn sign_out(&self) {
        self.poller.sign_out(Duration::from_secs(20)).await;
    }
}
