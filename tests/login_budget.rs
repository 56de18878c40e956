//! How many sign-ins a thousand polls cost, counted by the systems themselves.

use fortinet_exporter::observation::Failure;

use crate::support::{Polled, System, Systems};

const POLLS: usize = 1_000;
/// Every so many polls the session dies.
const DEATH: usize = 10;

async fn a_thousand_polls(system: System<'_>) {
    let System { name, simulation, .. } = system;
    let mut polled = Polled::new(&system.config());
    let mut deaths = 0;
    for number in 1..=POLLS {
        polled.poll().await;
        assert_eq!(polled.failures(), Vec::<Failure>::new(), "{name}: poll {number}");
        if number.is_multiple_of(DEATH) && number < POLLS {
            simulation.kill_sessions();
            deaths += 1;
        }
    }
    assert_eq!(simulation.logins(), 1 + deaths, "{name}: one sign-in to begin with, and one per death");
    assert_eq!((simulation.most_sessions_open(), simulation.open_sessions()), (1, 1), "{name}");
    polled.sign_out().await;
    assert_eq!((simulation.logouts(), simulation.open_sessions()), (1, 0), "{name}");
    assert_eq!((simulation.failed_logins(), simulation.violations()), (0, Vec::new()), "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_polls_of_a_fortimanager_cost_one_sign_in_per_death() {
    a_thousand_polls(Systems::start().await.fortimanager()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_polls_of_fortimanager_cloud_cost_one_sign_in_per_death() {
    let systems = Systems::start().await;
    a_thousand_polls(systems.fortimanager_cloud()).await;
    let forticloud = systems.fortimanager_cloud.forticloud();
    assert_eq!(forticloud.logins(), systems.fortimanager_cloud.logins(), "a token for each session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_polls_of_an_ems_cost_one_sign_in_per_death() {
    a_thousand_polls(Systems::start().await.ems()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_polls_of_the_cloud_cost_one_sign_in_per_death() {
    a_thousand_polls(Systems::start().await.cloud()).await;
}
