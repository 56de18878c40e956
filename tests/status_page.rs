//! The status page as it is written: what a reader finds on it, and what a
//! system's own words cannot do to it.

use std::time::Duration;

use fortinet_exporter::fortimanager::metrics as m;
use fortinet_exporter::observation::{Failure, Samples};
use fortinet_exporter::{ems, fortimanager};
use tokio::time::{Instant, advance};

use crate::support::{StatusPage, failed, license, whole};

const GIB: f64 = 1_073_741_824.0;

/// The text between two others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("{from} is not in {text}"));
    rest.split_once(to).map_or(rest, |(found, _)| found)
}

/// What stands under "Needs attention".
fn attention(text: &str) -> &str {
    between(text, "Needs attention", "At a glance")
}

fn assert_has(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words} is not in: {text}");
    }
}

fn assert_lacks(text: &str, all: &[&str]) {
    for words in all {
        assert!(!text.contains(words), "{words} is in: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_needs_attention_stands_first_and_in_words() {
    let mut page = StatusPage::new();
    let contracts = [
        ("SPRT", "FortiCare Support", 310),
        ("AVEN", "AntiVirus Engine", -1),
        ("NIDS", "FortiGuard IPS", -9),
        ("FMWR", "Firmware and General Updates", 1),
        ("HDWR", "Hardware", 0),
    ];
    let well = page.add("fmg-well", &fortimanager::SYSTEM);
    page.add("fmg-new", &fortimanager::SYSTEM);
    let stale = page.add_fortimanager("fmg-stale", license(&[("GONE", "Gone", -3)], 99));
    advance(Duration::from_secs(950)).await;
    stale.record(0, failed("timeout", "no answer within 30 s"));
    well.record(0, Ok(license(&contracts, 94)));
    let failing = page.add_fortimanager("fmg-failing", license(&[], 85));
    advance(Duration::from_secs(60)).await;
    failing.record(0, failed("connect", "no connection to 192.0.2.7:443"));
    advance(Duration::from_secs(60)).await;
    failing.record(0, failed("connect", "no connection to 192.0.2.7:443"));
    page.add_ems("ems", 2_000).record(1, failed("forbidden", "may not read the licence"));

    let text = page.text("/").await;
    let first = attention(&text);
    assert_has(
        first,
        &[
            "stale fmg-stale failing for 2 min (timeout): no answer within 30 s What to do: look after it",
            "failing fmg-failing failing for 1 min (connect): no connection to 192.0.2.7:443 What to do:",
            "partly failing ems license failing for 0 s (forbidden): may not read the licence",
            "expired fmg-well : FortiGuard IPS (NIDS), ended 9 days ago",
            "expired fmg-well : AntiVirus Engine (AVEN), ended 1 day ago",
            "soon fmg-well : Hardware (HDWR), today is its last day",
            "soon fmg-well : Firmware and General Updates (FMWR), 1 day left",
            "nearly full fmg-well : Devices, 94 of 100 (94 %)",
            "filling up fmg-failing : Devices, 85 of 100 (85 %)",
        ],
    );
    // What is well is not in the way, and what is stale is not told as if it were true.
    assert_lacks(first, &["FortiCare Support", "fmg-new"]);
    assert_lacks(&text, &["GONE", "99 of 100"]);

    let table = between(&text, "Limits Totals", "Contracts by days left");
    assert_has(
        table,
        &[
            "fmg-new FortiManager https://fmg-new.example.com not polled yet",
            "license: 17 min ago, too old to be shown",
            "ADOMs up to 25",
            "ems FortiClient EMS 7.4.3 https://ems.example.com partly failing",
            "Endpoints 2,000 Online 1,000",
        ],
    );
    let place = |name: &str| table.find(&format!("{name} FortiManager")).unwrap();
    assert!(place("fmg-stale") < place("fmg-failing") && place("fmg-failing") < place("fmg-new"));
    assert!(place("fmg-new") < place("fmg-well"), "the worst first");

    let contracts = between(&text, "Contracts by days left", "the end");
    assert_has(contracts, &["FortiCare Support (SPRT) 24x7 Support fmg-well", "valid 310 days left"]);
    let place = |code: &str| contracts.find(code).unwrap();
    assert!(place("NIDS") < place("AVEN") && place("AVEN") < place("HDWR") && place("FMWR") < place("SPRT"));
}

#[tokio::test(start_paused = true)]
async fn where_all_is_well_it_says_so() {
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", license(&[("SPRT", "FortiCare Support", 31)], 79));
    page.add_ems("ems", 10);
    let text = page.text("/").await;
    assert_has(attention(&text), &["all well"]);
    assert_lacks(&text, &["Search", "expired", "soon", "What to do"]);
    assert_has(&text, &["Targets 2 Working 2", "0 s ago", "next poll not planned yet"]);
}

#[tokio::test(start_paused = true)]
async fn limits_are_bars_with_their_figures() {
    let mut samples = license(&[], 101);
    samples.push(&m::DISK_USED, &[], 798.72 * GIB);
    samples.push(&m::DISK_LIMIT, &[], 1024.0 * GIB);
    samples.push(&m::LOG_DAILY_USED, &[], 1.5 * GIB);
    samples.push(&m::LOG_DAILY_LIMIT, &[], 5.0 * GIB);
    samples.push(&m::LOG_DAILY_EXCEEDED, &[], 1.0);
    samples.push(&m::VM_VALID, &[], 0.0);
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", samples);
    let mut seats = Samples::default();
    for (kind, used, limit) in [("epp", 799.0, 800.0), ("sandbox_cloud", 0.0, 0.0)] {
        seats.push(&ems::metrics::SEATS_USED, &[kind], used);
        seats.push(&ems::metrics::SEATS, &[kind], limit);
    }
    page.add_ems("ems", 10).record(1, Ok(seats));
    let text = page.text("/").await;
    assert_has(
        &text,
        &[
            "Devices 101 of 100 (101 %) over the limit",
            "Disk 799 GiB of 1 TiB (78 %)",
            "Logs today 1.5 GiB of 5 GiB (30 %) over the limit",
            "Seats epp 799 of 800 (99 %) nearly full",
            "wrong fmg : the VM licence is not valid",
        ],
    );
    // What the system calls too much is, however little of the limit it seems to be.
    assert_has(attention(&text), &["over the limit fmg : Logs today, 1.5 GiB of 5 GiB (30 %)"]);
    assert_lacks(&text, &["sandbox_cloud"]);
    let html = page.html("/").await;
    assert_has(
        &html,
        &[
            "<meter aria-label=\"Devices\" min=\"0\" max=\"100\" low=\"80\" high=\"90\" optimum=\"0\" value=\"101\">",
        ],
    );
    assert_eq!(html.matches("<meter").count(), 4, "none where the use is not known");
}

#[tokio::test]
async fn what_an_alert_would_be_about_needs_attention() {
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg-well", whole(1.0, 0.0, 7.9, &[]));
    page.add_fortimanager("fmg-old", whole(1.0, 0.0, 8.1, &[]));
    page.add_fortimanager(
        "fmg-ill",
        whole(0.0, 1_234.0, 1.0, &[("AVDB", 2.0), ("FMWR", 0.0), ("NIDS", 1.0)]),
    );
    page.add_fortimanager("fmg-late", license(&[("AVEN", "AntiVirus Engine", -3)], 1));
    let text = page.text("/").await;
    let first = attention(&text);
    assert_has(
        first,
        &[
            "out of sync fmg-ill : a member of the cluster is not in sync: FMG-VM03 ",
            "failed fmg-ill : tasks of the last day have failed: 1,234",
            "soon fmg-ill : contracts of managed devices end within 30 days: AVDB 4 , NIDS 2 ",
            "soon fmg-ill : licences of managed virtual machines end within 30 days: 3",
            "old fmg-old : last backup: 8 days 2 h ago",
        ],
    );
    // What wakes a person stands first; what is as it should be does not stand there at all.
    let at = |words: &str| first.find(words).unwrap();
    assert!(
        at("out of sync") < at("expired fmg-late") && at("expired fmg-late") < at("old fmg-old"),
        "{first}"
    );
    assert_lacks(first, &["fmg-well", "FMG-VM02", "FMWR"]);
    // So do the targets, each with all there is to know of it, and the sums.
    let table = between(&text, "Limits Totals", "Contracts by days left");
    let place = |name: &str| table.find(name).unwrap();
    assert!(place("fmg-ill") < place("fmg-old") && place("fmg-old") < place("fmg-well"), "{table}");
    assert_has(
        table,
        &[
            "working out of sync a member of the cluster is not in sync: FMG-VM03 failed tasks of the last day",
            "Devices up 1,198 Devices down 2 Device contracts ending 6 VM licences ending 3 Shadowed policies 29 \
             Failed tasks 1,234 HA role Primary HA health OK Last backup 1 day ago",
        ],
    );
    let sums = between(&text, "At a glance", "Limits Totals");
    assert_has(sums, &["Devices up 3,594", "Shadowed policies 87", "Failed tasks 1,234"]);
    // They are found by what is wrong with them.
    assert_has(&page.text("/?q=backup").await, &["1 target of 4 found", "fmg-old"]);
}

/// As the alert has it: a target that reads no page misses none.
#[tokio::test]
async fn a_licence_page_that_is_gone_needs_attention_where_it_was_asked_for() {
    use fortimanager::metrics as m;
    let mut page = StatusPage::new();
    for (name, collector, source) in [
        ("fmg-gone", "license", "json_rpc"),
        ("fmg-well", "license", "gui"),
        ("fmg-token", "contracts", "json_rpc"),
    ] {
        let stale_after = Duration::from_secs(900);
        let target = page.add_reading(&[collector], stale_after, name, &fortimanager::SYSTEM);
        let mut samples = license(&[("AVEN", "Antivirus", 90)], 1);
        samples.push(&m::LICENSE_SOURCE, &[source], 1.0);
        target.record(0, Ok(samples));
    }
    let text = page.text("/").await;
    assert_has(
        attention(&text),
        &["partial fmg-gone : the licence page is gone: contracts come by JSON-RPC"],
    );
    assert_lacks(attention(&text), &["fmg-well", "fmg-token"]);
}

#[tokio::test]
async fn an_alarm_about_many_things_stays_short() {
    let codes: Vec<String> = (0..14).map(|number| format!("C{number:02}")).collect();
    let ending: Vec<(&str, f64)> = codes.iter().map(|code| (code.as_str(), 1.0)).collect();
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", whole(1.0, 0.0, 1.0, &ending));
    let text = page.text("/").await;
    assert_has(attention(&text), &["C00 2 , C01 2", "C09 2 and 4 more"]);
    assert_lacks(attention(&text), &["C10"]);
}

#[tokio::test(start_paused = true)]
async fn ages_and_the_next_poll_are_counted_by_a_clock_that_does_not_jump() {
    let mut page = StatusPage::new();
    let target = page.add_fortimanager("fmg", license(&[], 1));
    target.set_next_poll(Instant::now() + Duration::from_secs(300));
    advance(Duration::from_secs(130)).await;
    assert_has(
        &page.text("/").await,
        &["license: 2 min 10 s ago", "next poll in 2 min 50 s", "in force for 2 min 10 s"],
    );
    advance(Duration::from_secs(215)).await;
    assert_has(&page.text("/").await, &["license: 5 min 45 s ago", "polling now, for 45 s"]);
    // A failure tells since when, and begins anew after a success.
    target.record(0, failed("connect", "no connection"));
    advance(Duration::from_secs(60)).await;
    target.record(0, failed("tls", "no handshake"));
    assert_has(&page.text("/").await, &["failing for 1 min (tls): no handshake"]);
    target.record(0, Ok(license(&[], 1)));
    target.record(0, failed("dns", "no address"));
    assert_has(&page.text("/").await, &["failing for 0 s (dns): no address"]);
    // It also tells when a sign-in comes next, for as long as that is ahead.
    let refused = failed("auth", "no such user").map_err(|failure| Failure {
        next_sign_in: Some(Instant::now() + Duration::from_secs(900)),
        ..failure
    });
    target.record(0, refused);
    advance(Duration::from_secs(180)).await;
    assert_has(&page.text("/").await, &["look after it. Next sign-in in 12 min at the earliest, sooner if"]);
    advance(Duration::from_secs(720)).await;
    assert_lacks(&page.text("/").await, &["Next sign-in"]);
}

#[tokio::test(start_paused = true)]
async fn one_failure_of_several_collectors_is_told_once() {
    let mut page = StatusPage::new();
    let target = page.add_ems("ems", 10);
    target.record(0, failed("connect", "no connection"));
    target.record(1, failed("connect", "no connection"));
    assert_eq!(attention(&page.text("/").await).matches("no connection").count(), 1);
    target.record(1, failed("forbidden", "may not read the licence"));
    assert_has(attention(&page.text("/").await), &["no connection", "may not read the licence"]);
}

#[tokio::test(start_paused = true)]
async fn numbers_go_stale_while_no_poll_ends() {
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", license(&[("AVEN", "AntiVirus Engine", 5)], 95));
    page.add_ems("ems", 700).record(1, failed("forbidden", "may not read the licence"));
    advance(Duration::from_secs(899)).await;
    assert_has(&page.text("/").await, &["Contracts 1", "95 of 100", "Endpoints 700", "license: 14 min ago"]);
    advance(Duration::from_secs(1)).await;
    let text = page.text("/").await;
    assert_has(&text, &["Targets 2 Stale 2", "Contracts 0", "license: 15 min ago, too old to be shown"]);
    assert_lacks(&text, &["95 of 100", "AVEN", "Endpoints"]);
}

#[tokio::test(start_paused = true)]
async fn a_target_whose_settings_changed_shows_what_was_known_before() {
    let mut page = StatusPage::new();
    let before = page.add_fortimanager("fmg", license(&[("AVEN", "AntiVirus Engine", 5)], 95));
    let after = page.add("fmg", &fortimanager::SYSTEM);
    after.take_over(&before);
    page.store.set_targets(vec![after]);
    assert_has(&page.text("/").await, &["Targets 1 Working 1", "Contracts 1", "95 of 100"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_configuration_is_told_with_both_ages() {
    let page = StatusPage::new();
    advance(Duration::from_secs(7_200)).await;
    page.store.configuration.refused("config.yml:3: unknown key `usrename`".to_owned());
    advance(Duration::from_secs(120)).await;
    let text = page.text("/").await;
    assert_has(
        &text,
        &[
            "was refused 2 min ago. The one read 2 h 2 min ago stays in force",
            "config.yml:3: unknown key `usrename`",
        ],
    );
    page.store.configuration.accepted();
    let text = page.text("/").await;
    assert_lacks(&text, &["refused", "usrename"]);
    assert_has(&text, &["Configuration in force for 0 s", "There are none."]);
}

#[tokio::test]
async fn a_systems_own_words_are_text_and_nothing_else() {
    let script = "<script>alert(1)</script>";
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", license(&[(script, script, 5)], 95)).record(0, failed("auth", script));
    let mut info = Samples::default();
    info.push(&ems::metrics::INFO, &[script, "sn"], 1.0);
    info.push(&ems::metrics::SEATS, &["\" onload=\"alert(1)"], 10.0);
    info.push(&ems::metrics::SEATS_USED, &["\" onload=\"alert(1)"], 9.0);
    page.add_ems("ems", 1).record(1, Ok(info));
    let mut cluster = Samples::default();
    cluster.push(&m::HA_INFO, &[script, "", ""], 1.0);
    cluster.push(&m::HA_MEMBER_IN_SYNC, &[script], 0.0);
    page.add_fortimanager("fmg-cluster", cluster);
    page.store.configuration.refused(script.to_owned());
    let html = page.html("/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await + &page.html("/").await;
    assert_lacks(&html, &["<script", "\" onload=\""]);
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    assert_has(&html, &[escaped, "value=\"&quot;&gt;&lt;script&gt;", "Seats &quot; onload=&quot;alert(1)"]);
    // As a name, code, message, version, refusal, search, role and member.
    assert!(html.matches(escaped).count() >= 11, "{html}");
}

#[tokio::test]
async fn a_browser_may_do_nothing_but_show_it() {
    let mut page = StatusPage::new();
    page.add_fortimanager("fmg", license(&[("AVEN", "AntiVirus Engine", 5)], 95));
    let response = page.response("/").await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert_lacks(&policy, &["unsafe", "script-src", "http", "*"]);
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "no-referrer");
    let html = page.html("/").await;
    assert_lacks(&html, &["<script", " style=", "src=", "@import", "url(", "javascript:"]);
    assert_eq!(html.matches("href=\"http").count(), 0, "nothing from elsewhere");
}

#[tokio::test]
async fn a_search_narrows_the_whole_page() {
    let mut page = StatusPage::new();
    for number in 0..20 {
        let code = format!("C{number:02}");
        let target = page.add_fortimanager(&format!("fmg-{number:02}"), license(&[(&code, &code, 5)], 95));
        if number == 3 {
            target.record(0, failed("tls", "no handshake"));
        }
    }
    page.add_ems("ems-paris", 700);
    page.add_ems("ems-rome", 30);
    let whole = page.text("/").await;
    assert_has(
        &whole,
        &[
            "Targets 22 Failing 1 Working 21",
            "Contracts 20",
            "Endpoints 730",
            "fmg-19",
            "and 10 more contracts",
        ],
    );

    let found = page.text("/?q=Ems+PARIS").await;
    assert_has(
        &found,
        &["1 target of 22 found for “Ems PARIS”. Show all", "Targets 1 Working 1", "Endpoints 700"],
    );
    assert_lacks(&found, &["fmg-", "ems-rome", "C03"]);
    // By system, address, state and reason; and every word must be found.
    for (search, count) in [
        ("forticlient", "2 targets"),
        ("fmg-07.example.com", "1 target"),
        ("failing", "1 target"),
        ("TLS", "1 target"),
        ("tls+fmg-03", "1 target"),
        ("tls+fmg-04", "0 targets"),
        ("%20%20", "Targets 22"),
    ] {
        let text = page.text(&format!("/?q={search}")).await;
        assert_has(&text, &[count]);
    }
    assert_has(&page.text("/?q=nothing-like-it").await, &["There are none.", "No contract is known yet."]);
    assert_has(&page.html("/?q=Ems+PARIS").await, &["name=\"q\" value=\"Ems PARIS\""]);
}

#[tokio::test]
async fn thousands_of_targets_are_summed_up_whole_and_shown_in_pages() {
    let mut page = StatusPage::new();
    for number in 0..3_000 {
        // They do not end in the order of the targets.
        let later = number * 7 % 3_000;
        let code = format!("C{later:04}");
        page.add_fortimanager(&format!("fmg-{number:04}"), license(&[(&code, &code, 40 + later)], 50));
    }
    page.add_ems("ems", 12_345);
    let rows = |html: &str| html.matches("<tr>").count() - 2;
    let first = page.html("/").await;
    assert_eq!(rows(&first), 25 + 50);
    let text = page.text("/").await;
    assert_has(
        &text,
        &[
            "Targets 3,001",
            "Contracts 3,000",
            "Endpoints 12,345",
            "1–25 of 3,001 targets",
            "1–50 of 3,000 contracts",
        ],
    );
    assert_has(&text, &["fmg-0024", "C0049"]);
    assert_lacks(&text, &["fmg-0050", "C0050"]);

    // Both lists are leafed through apart from each other, and within a search.
    let html = page.html("/?q=fmg-&page=2&contracts=3").await;
    for link in [
        "href=\"?q=fmg-&amp;contracts=3#targets\"",
        "href=\"?q=fmg-&amp;page=3&amp;contracts=3#targets\"",
        "href=\"?q=fmg-&amp;page=120&amp;contracts=3#targets\"",
        "href=\"?q=fmg-&amp;page=2&amp;contracts=2#contracts\"",
        "href=\"?q=fmg-&amp;page=2&amp;contracts=60#contracts\"",
    ] {
        assert!(html.contains(link), "{link}");
    }
    let text = page.text("/?q=fmg-&page=2&contracts=3").await;
    assert_has(&text, &["26–50 of 3,000 targets", "fmg-0025", "101–150 of 3,000 contracts"]);
    let contracts = between(&text, "Contracts by days left", "Pages of");
    let codes: Vec<&str> = contracts.split(' ').filter(|word| word.starts_with("C0")).collect();
    let expected: Vec<String> = (100..150).map(|later| format!("C{later:04}")).collect();
    assert_eq!(codes, expected);
    assert_has(&page.text("/?contracts=60").await, &["2,951–3,000 of 3,000 contracts", "C2999"]);
    // A page that is not there is the nearest that is.
    assert_has(&page.text("/?page=9999").await, &["3,001–3,001 of 3,001 targets"]);
    for nonsense in ["/?page=0", "/?page=-1", "/?page=x&contracts=", "/?page=18446744073709551615&page=1"] {
        assert_has(&page.text(nonsense).await, &["1–25 of 3,001 targets"]);
    }
}
