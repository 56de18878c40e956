//! Reading the whole index: pages asked for ahead, servers that cap or shift
//! them, and where the index is in each release.

use std::collections::BTreeSet;
use std::time::Duration;

use fortinet_exporter::poll::{Collector, Target};
use fortinet_exporter::simulator::{Answer, Certificate, Ems, Fleet, OldIndex};
use fortinet_exporter::upstream::{Deadline, Error, Reason};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{collect, lines, target, until};

const INDEX: &str = "/api/v1/endpoints/index";
const OLD_INDEX: &str = "/api/v1/endpoints/get/";
const HOUR: Duration = Duration::from_secs(3600);

struct Bench {
    ems: Ems,
    target: Target,
}

impl Bench {
    async fn with(page_size: usize, concurrency: usize) -> Self {
        let certificate = Certificate::generate().unwrap();
        let ems = Ems::start(&certificate).await.unwrap();
        let config = format!(
            "forticlient_ems:\n  - name: ems\n    url: {}\n    username: exporter\n    password: demo-password\n    tls: {{ pin_sha256: {} }}\n    page_size: {page_size}\n    concurrency: {concurrency}\n",
            ems.url(),
            certificate.sha256()
        );
        Self { ems, target: target(&config) }
    }

    fn endpoints(&self) -> &dyn Collector {
        let mut collectors = self.target.collectors.iter();
        collectors.find(|collector| collector.name() == "endpoints").unwrap().as_ref()
    }

    /// How many endpoints a poll counts.
    async fn poll(&self) -> Result<usize, Error> {
        let (lines, _) = collect(&self.target, "endpoints").await.map(lines)?;
        let count = lines.iter().find_map(|line| line.strip_prefix("forticlient_ems_endpoints "));
        Ok(count.unwrap().parse().unwrap())
    }

    /// Answers for the page at `offset` with these rows, once.
    fn stand_in(&self, offset: usize, rows: &[Value], total: usize) {
        let page =
            json!({"result": {"retval": 1, "message": null}, "data": {"endpoints": rows, "total": total}});
        self.ems.override_path_times(&format!("{INDEX}?offset={offset}&"), Answer::json(200, &page), 1);
    }

    /// Where the pages asked for begin, in order: those asked for at the same time come as they like.
    fn offsets(&self) -> Vec<usize> {
        let paths = self.ems.requests().into_iter().map(|request| request.path);
        let pages = paths.filter(|path| path.starts_with(INDEX) || path.starts_with(OLD_INDEX));
        let mut offsets: Vec<usize> =
            pages.map(|path| path.split(['=', '&']).nth(1).unwrap().parse().unwrap()).collect();
        offsets.sort_unstable();
        offsets
    }
}

fn fleet(size: usize) -> Fleet {
    Fleet::demo(size, Timestamp::now())
}

/// So many endpoints that nothing tells apart: whichever came twice would count twice.
fn nameless(size: usize) -> Vec<Value> {
    (0..size).map(|number| json!({"name": format!("pc-{number}"), "is_managed": true})).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_as_large_and_as_many_at_a_time_as_configured() {
    for concurrency in [1, 2, 3] {
        let bench = Bench::with(40, concurrency).await;
        bench.ems.set_fleet(fleet(250));
        bench.ems.delay_next(&format!("{INDEX}?offset=40&"), HOUR);
        let expected: Vec<usize> = (0..=concurrency).map(|page| page * 40).collect();
        let asked = async || (bench.offsets() == expected).then_some(());
        tokio::select! {
            count = bench.poll() => panic!("{count:?} without the second page"),
            () = until("the pages beside the second one", asked) => {}
        }

        bench.ems.forget_requests();
        assert_eq!(bench.poll().await.unwrap(), 250);
        assert_eq!(bench.offsets(), [0, 40, 80, 120, 160, 200, 240]);
        assert!(bench.ems.requests().iter().all(|request| request.path.ends_with("&count=40")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_caps_the_page_is_read_whole_and_each_page_once() {
    let bench = Bench::with(500, 3).await;
    bench.ems.set_page_cap(30);
    bench.ems.set_fleet(Fleet::from_rows(nameless(170)));
    assert_eq!(bench.poll().await.unwrap(), 170);
    assert_eq!(bench.offsets(), [0, 30, 60, 90, 120, 150]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_short_leaves_no_gap_and_no_overlap() {
    let bench = Bench::with(50, 3).await;
    let rows = nameless(300);
    bench.ems.set_fleet(Fleet::from_rows(rows.clone()));
    // 20 rows are missing: those asked for ahead begin in the wrong places now.
    bench.stand_in(50, &rows[50..80], 300);
    assert_eq!(bench.poll().await.unwrap(), 300);
    let offsets = bench.offsets();
    let from_then_on: BTreeSet<usize> = [80, 130, 180, 230, 280].into();
    assert!(from_then_on.is_subset(&offsets.iter().copied().collect()), "{offsets:?}");
    assert_eq!(bench.ems.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_move_between_pages_count_once() {
    let bench = Bench::with(100, 3).await;
    let before: Vec<Value> = fleet(300).rows().collect();
    // Two come in at the front once the first page has been read.
    let newcomers = (0..2).map(|number| json!({"device_id": 1_000_000 + number}));
    bench.ems.set_fleet(Fleet::from_rows(newcomers.chain(before.clone()).collect()));
    bench.stand_in(0, &before[..100], 300);
    assert_eq!(bench.poll().await.unwrap(), 300);
    assert_eq!(bench.offsets(), [0, 100, 200, 300]);
    // Ten are gone from the front: ten others slip through, and that is beyond what is forgiven.
    bench.ems.forget_requests();
    bench.ems.set_fleet(Fleet::from_rows(before[10..].to_vec()));
    bench.stand_in(0, &before[..100], 300);
    assert_eq!(bench.poll().await.unwrap(), 290, "the second walk");
    assert_eq!(bench.offsets(), [0, 0, 100, 100, 200, 200, 290]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_dies_while_pages_are_on_their_way_costs_one_sign_in() {
    let bench = Bench::with(50, 3).await;
    bench.ems.set_fleet(fleet(300));
    bench.poll().await.unwrap();
    let expired = json!({"result": {"retval": -4, "message": "Session has expired or does not exist."}});
    bench.ems.override_path_times(&format!("{INDEX}?offset=100&"), Answer::json(401, &expired), 1);
    assert_eq!(bench.poll().await.unwrap(), 300);
    assert_eq!((bench.ems.logins(), bench.ems.most_sessions_open()), (2, 1));
    assert_eq!(bench.ems.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_had_to_wait_its_turn_is_asked_for_alone() {
    let bench = Bench::with(50, 2).await;
    bench.ems.set_fleet(fleet(200));
    bench.poll().await.unwrap();
    bench.ems.forget_requests();
    bench.ems.delay_next(&format!("{INDEX}?offset=100&"), HOUR);
    let findings = bench.endpoints().collect(Deadline::after(Duration::from_secs(4))).await.unwrap();
    assert!(lines(findings).0.contains(&"forticlient_ems_endpoints 200".to_owned()));
    assert_eq!(bench.offsets().iter().filter(|offset| **offset == 100).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_never_ends_is_given_up() {
    let bench = Bench::with(5_000, 2).await;
    let rows = vec![json!({"device_id": 1}); 10_000];
    let page = json!({"result": {"retval": 1}, "data": {"endpoints": rows, "total": 1e9}});
    bench.ems.override_path(INDEX, Answer::json(200, &page));
    let error = bench.endpoints().collect(Deadline::after(Duration::from_secs(60))).await.unwrap_err();
    assert_eq!(error.reason(), Reason::TooLarge, "{error}");
    assert!(error.to_string().contains("has not ended after 2010000 rows"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_huge_rows_is_given_up() {
    let bench = Bench::with(1, 2).await;
    let picture = "A".repeat(4 * 1024 * 1024);
    let page = json!({"result": {"retval": 1}, "data": {"endpoints": [{"device_id": 1, "avatar": picture}], "total": 1e6}});
    bench.ems.override_path(INDEX, Answer::json(200, &page));
    let error = bench.endpoints().collect(Deadline::after(Duration::from_secs(60))).await.unwrap_err();
    assert_eq!(error.reason(), Reason::TooLarge, "{error}");
    assert!(error.to_string().contains("has not ended after 9 rows"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_ems_6_2_is_found_and_so_is_the_one_after_an_upgrade() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("fixtures/ems-6.2-endpoints.json")).unwrap();
    for old in [OldIndex::Paged, OldIndex::Whole] {
        let bench = Bench::with(500, 2).await;
        bench.ems.set_old_index(Some(old));
        bench.ems.set_fleet(Fleet::from_rows(rows.clone()));
        let (lines, unreadable) = collect(&bench.target, "endpoints").await.map(lines).unwrap();
        assert_eq!(unreadable, []);
        for line in ["", "_managed", "_registered"] {
            assert!(lines.contains(&format!("forticlient_ems_endpoints{line} 2")), "{line}");
        }
        for line in
            ["_online", "_on_fabric", "_quarantined", "_by_os{os=\"windows\"}", "_by_os{os=\"macos\"}"]
        {
            assert!(lines.contains(&format!("forticlient_ems_endpoints{line} 1")), "{line}");
        }
        assert!(!lines.iter().any(|line| line.contains("example") || line.contains("out_of_sync")));

        let places = || -> Vec<String> {
            let paths = bench.ems.requests().into_iter().map(|request| request.path);
            let pages = paths.filter(|path| path.starts_with("/api/v1/endpoints/"));
            pages.map(|path| path.split('?').next().unwrap().to_owned()).collect()
        };
        bench.ems.forget_requests();
        assert_eq!(bench.poll().await.unwrap(), 2);
        assert_eq!(places(), [OLD_INDEX], "it is known from now on");
        bench.ems.set_old_index(None);
        bench.ems.forget_requests();
        assert_eq!(bench.poll().await.unwrap(), 2);
        assert_eq!(places(), [OLD_INDEX, INDEX]);
        assert_eq!((bench.ems.logins(), bench.ems.violations()), (1, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_ids_that_comes_again_is_no_second_page() {
    let bench = Bench::with(500, 2).await;
    bench.ems.set_old_index(Some(OldIndex::Whole));
    bench.ems.set_fleet(Fleet::from_rows(nameless(250)));
    assert_eq!(bench.poll().await.unwrap(), 250);
    bench.ems.set_page_cap(100);
    let error = bench.poll().await.unwrap_err();
    assert_eq!(error.reason(), Reason::UnexpectedPayload);
    assert!(error.to_string().contains("the same page twice"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_nowhere_fails_as_not_found() {
    let bench = Bench::with(500, 2).await;
    bench.ems.override_path("/api/v1/endpoints/", Answer::html(404, "<h1>Not Found</h1>"));
    let error = bench.poll().await.unwrap_err();
    assert_eq!(error.reason(), Reason::HttpStatus);
    assert!(error.to_string().contains("/endpoints/index answered HTTP 404"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_may_come_in_gzip() {
    let bench = Bench::with(100, 2).await;
    bench.ems.set_gzip(true);
    bench.ems.set_fleet(fleet(250));
    assert_eq!(bench.poll().await.unwrap(), 250);
    assert_eq!(bench.ems.violations(), Vec::<String>::new());
}
