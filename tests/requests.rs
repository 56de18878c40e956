//! What `docs/permissions.md` says of requests is what the systems see.

use std::collections::BTreeSet;

use fortinet_exporter::config::Config;
use fortinet_exporter::simulator::{Answer, Fleet, Simulation};
use jiff::Timestamp;

use crate::support::{System, Systems, poll, target};

/// Three pages of the size that is asked for by default.
const ENDPOINTS: usize = 1_200;
const PAGES: usize = 3;

/// What the simulated FortiManager has, each ADOM a package and `root` two more.
const ADOMS: usize = 21;
const PACKAGES: usize = ADOMS + 2;
/// It manages 94 devices.
const DEVICE_PAGES: usize = 1;

/// A row of the table: a collector, perhaps with a setting, and how often it asks for something.
struct Row {
    /// What stands in front of the collector.
    product: String,
    collector: String,
    setting: Option<String>,
    how_many: String,
}

impl Row {
    /// `| EMS `endpoints`, with `endpoints: summary` | request | 10, 15 where … | right | … |`
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        let mut words = cells[0].split('`');
        let product = words.next()?.trim().to_owned();
        let collector = words.next()?.to_owned();
        let setting = (words.next() == Some(", with ")).then(|| words.next().unwrap().to_owned());
        Some(Self { product, collector, setting, how_many: cells[2].to_owned() })
    }

    /// The systems it speaks of.
    fn systems<'a>(&self, systems: &'a Systems) -> Vec<System<'a>> {
        match self.product.as_str() {
            "FortiManager" => vec![systems.fortimanager()],
            "FortiManager Cloud" => vec![systems.fortimanager_cloud()],
            "FortiAnalyzer" => vec![systems.fortianalyzer()],
            "EMS" => vec![systems.ems(), systems.cloud()],
            product => panic!("{product} is none of the simulated systems"),
        }
    }

    /// The numbers with the circumstances in which they hold; the first holds as a rule.
    fn cases(&self) -> impl Iterator<Item = (usize, Option<&str>)> {
        self.how_many.split(", ").map(|case| match case.split_once(" where ") {
            Some((amount, circumstance)) => (requests(amount), Some(circumstance)),
            None => (requests(case), None),
        })
    }
}

/// The rows of the table.
fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string("docs/permissions.md").unwrap();
    let table = page.split("## By collector").nth(1).unwrap().split("\n## ").next().unwrap();
    table.lines().filter_map(Row::read).collect()
}

/// `2`, `1 for each` of something, or several of these with `and` between them.
fn requests(amount: &str) -> usize {
    amount.split(" and ").map(summand).sum()
}

fn summand(amount: &str) -> usize {
    let (number, of) = amount.split_once(" for each ").unwrap_or((amount, ""));
    let number: usize = number.parse().unwrap_or_else(|_| panic!("`{amount}` does not begin with a number"));
    number
        * match of.split(" (at most").next().unwrap() {
            "" => 1,
            "`page_size` endpoints" => PAGES,
            "ADOM" => ADOMS,
            "package" => PACKAGES,
            "500 devices" => DEVICE_PAGES,
            of => panic!("how many of `{of}` the simulator has stands here"),
        }
}

/// Brings about what a number depends on.
fn arrange(simulation: &Simulation, circumstance: &str) {
    match circumstance {
        "the licence page is gone" => {
            simulation.override_path("/cgi-bin/module/flatui/SysDashboard", Answer::status(404));
        }
        "EMS has no donuts" => {
            for prefix in ["", "/fct/api/public/v1/ems_api"] {
                for donut in ["management", "connection"] {
                    let path = format!("{prefix}/api/v1/endpoints/{donut}/donut");
                    simulation.override_path(&path, Answer::status(404));
                }
            }
        }
        other => panic!("how it comes that {other} stands here"),
    }
}

/// Requests of a poll with an open session.
async fn seen(system: &System<'_>, row: &Row) -> usize {
    let lines = [Some(system.secret.to_owned()), Some(format!("collectors: [{}]", row.collector))];
    let setting = row.setting.as_deref().map(|setting| match setting {
        "api_token" => "api_token: demo-api-token".to_owned(),
        setting => setting.to_owned(),
    });
    let lines: Vec<String> = lines.into_iter().chain([setting]).flatten().collect();
    let target = target(&system.config_with(&lines.join("\n    ")));
    poll(&target).await;
    system.simulation.forget_requests();
    poll(&target).await;
    system.simulation.requests().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_collector_asks_as_often_as_it_is_documented() {
    let rows = rows();
    for row in &rows {
        for (expected, circumstance) in row.cases() {
            let systems = Systems::start().await;
            systems.ems.set_fleet(Fleet::demo(ENDPOINTS, Timestamp::now()));
            systems.cloud.set_fleet(Fleet::demo(ENDPOINTS, Timestamp::now()));
            for system in row.systems(&systems) {
                circumstance.into_iter().for_each(|words| arrange(system.simulation, words));
                let words = format!("{} `{}` {circumstance:?}", system.name, row.collector);
                assert_eq!(
                    seen(&system, row).await,
                    expected,
                    "{words}: {:#?}",
                    system.simulation.requests()
                );
            }
        }
    }

    // And none is left out.
    let systems = Systems::start().await;
    for system in systems.each().into_iter().chain([systems.fortianalyzer(), systems.fortimanager_cloud()]) {
        let product = match system.name {
            "fmg" => "FortiManager",
            "fmg-cloud" => "FortiManager Cloud",
            "faz" => "FortiAnalyzer",
            _ => "EMS",
        };
        let documented: BTreeSet<&str> =
            rows.iter().filter(|row| row.product == product).map(|row| row.collector.as_str()).collect();
        assert_eq!(documented, collectors(&system).iter().map(String::as_str).collect(), "{}", system.name);
    }
}

/// A login and a token are refused apart: the alert has to know which collector has which.
#[test]
fn the_alert_on_refused_credentials_knows_what_is_read_by_token() {
    let rows = rows();
    let by_token = rows.iter().filter(|row| row.setting.as_deref() == Some("api_token"));
    // The page is read by the login, also where a token can stand in for it.
    let documented: BTreeSet<&str> =
        by_token.map(|row| row.collector.as_str()).filter(|collector| *collector != "license").collect();
    let rules = std::fs::read_to_string("deploy/prometheus/fortinet.rules.yml").unwrap();
    let (_, rule) = rules.split_once("alert: FortinetCredentialsRefused").unwrap();
    let (rule, _) = rule.split_once("labels:").unwrap();
    let lists: Vec<&str> = ["collector=~\"", "collector!~\""]
        .into_iter()
        .flat_map(|matcher| rule.split(matcher).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(lists.len(), 4, "{rule}");
    for list in lists {
        assert_eq!(list.split('|').collect::<BTreeSet<_>>(), documented);
    }
}

/// Every word that `collectors` takes, as the refusal of another one lists them.
fn collectors(system: &System<'_>) -> BTreeSet<String> {
    let config = system.config_with(&format!("{}\n    collectors: [zzzzzzzz]", system.secret));
    let refusal = Config::parse(&config, "test.yml").unwrap_err().to_string();
    let (_, choices) = refusal.split_once("choose ").unwrap();
    choices.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
