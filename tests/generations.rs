//! Generations of FortiManager: what each wants at sign-in, how the exporter
//! finds out, and the check whether a session lives.

use std::time::Duration;

use fortinet_exporter::simulator::{Answer, DeadSession, FortiManager, Generation};
use fortinet_exporter::upstream::{Deadline, Reason};
use serde_json::json;

use crate::support::{Systems, collect, pause, poll, refusal, sign_out};

const LOGIN: &str = "POST /cgi-bin/module/flatui_auth";
const STEP: &str = "GET /p/app/";
const PAGE: &str = "GET /cgi-bin/module/flatui/SysDashboard?action=read&type=license";
const CHECK: &str = "POST /cgi-bin/module/flatui_proxy";
const LOGOUT: &str = "POST /p/logout-api/";
const OLD_LOGOUT: &str = "GET /p/logout/";

const LICENSE: &str = "/cgi-bin/module/flatui/SysDashboard";
const PROXY: &str = "/cgi-bin/module/flatui_proxy";
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

const ONE_STEP: Generation = Generation::OneStep;
const TWO_STEP: Generation = Generation::TwoStep { token_at_login: true };
const TWO_STEP_WITHOUT_TOKEN: Generation = Generation::TwoStep { token_at_login: false };
const EACH: [Generation; 3] = [ONE_STEP, TWO_STEP, TWO_STEP_WITHOUT_TOKEN];

async fn systems(generation: Generation) -> Systems {
    let systems = Systems::start().await;
    systems.fortimanager.set_generation(generation);
    systems
}

/// What was asked for since `from` requests had been seen.
fn asked(fortimanager: &FortiManager, from: usize) -> Vec<String> {
    let requests = fortimanager.requests();
    requests[from..].iter().map(|request| format!("{} {}", request.method, request.path)).collect()
}

fn assert_upright(fortimanager: &FortiManager, words: &str) {
    assert_eq!(fortimanager.violations(), Vec::<String>::new(), "{words}");
    assert_eq!((fortimanager.failed_logins(), fortimanager.open_sessions()), (0, 0), "{words}");
    assert!(fortimanager.most_sessions_open() <= 1, "{words}");
}

// Finding out, and remembering.

#[tokio::test(flavor = "multi_thread")]
async fn each_generation_is_found_out_once_and_asked_for_nothing_needless() {
    for (generation, first, later, end) in [
        (ONE_STEP, vec![LOGIN, PAGE], vec![LOGIN, PAGE], LOGOUT),
        (TWO_STEP, vec![LOGIN, PAGE, STEP, PAGE], vec![LOGIN, STEP, PAGE], OLD_LOGOUT),
        (TWO_STEP_WITHOUT_TOKEN, vec![LOGIN, STEP, PAGE], vec![LOGIN, STEP, PAGE], OLD_LOGOUT),
    ] {
        let systems = systems(generation).await;
        let fortimanager = &systems.fortimanager;
        let target = systems.fortimanager().target();
        for begin in [first, later] {
            let (from, logins) = (fortimanager.requests().len(), fortimanager.logins());
            for _ in 0..10 {
                poll(&target).await;
            }
            assert_eq!((fortimanager.logins(), fortimanager.open_sessions()), (logins + 1, 1));
            sign_out(&target).await;
            let nine = [PAGE; 9];
            let expected = [begin.as_slice(), nine.as_slice(), &[end]].concat();
            assert_eq!(asked(fortimanager, from), expected, "{generation:?}");
        }
        assert_eq!(fortimanager.logouts(), 2);
        assert_upright(fortimanager, &format!("{generation:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_session_costs_one_sign_in_in_every_generation() {
    for generation in EACH {
        let systems = systems(generation).await;
        let fortimanager = &systems.fortimanager;
        for (number, answer) in DeadSession::ALL.into_iter().enumerate() {
            let words = format!("{generation:?} {answer:?}");
            fortimanager.answer_dead_sessions_with(answer);
            // A new one finds out with each of these answers.
            let target = systems.fortimanager().target();
            poll(&target).await;
            assert_eq!(fortimanager.logins(), 2 * number + 1, "{words}");
            fortimanager.kill_sessions();
            poll(&target).await;
            poll(&target).await;
            assert_eq!(fortimanager.logins(), 2 * number + 2, "{words}");
            sign_out(&target).await;
            assert_upright(fortimanager, &words);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prefixed_cookies_are_understood_of_both_steps() {
    for generation in [TWO_STEP, TWO_STEP_WITHOUT_TOKEN] {
        let systems = systems(generation).await;
        systems.fortimanager.set_cookie_prefix("poc_");
        let target = systems.fortimanager().target();
        poll(&target).await;
        sign_out(&target).await;
        assert_eq!((systems.fortimanager.logins(), systems.fortimanager.logouts()), (1, 1));
        assert_upright(&systems.fortimanager, "poc_");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_and_the_way_back_cost_one_sign_in_each() {
    let systems = systems(ONE_STEP).await;
    let fortimanager = &systems.fortimanager;
    let target = systems.fortimanager().target();
    poll(&target).await;
    for generation in
        [TWO_STEP, ONE_STEP, TWO_STEP_WITHOUT_TOKEN, ONE_STEP, TWO_STEP, TWO_STEP_WITHOUT_TOKEN, TWO_STEP]
    {
        fortimanager.set_generation(generation);
        fortimanager.kill_sessions();
        let logins = fortimanager.logins();
        poll(&target).await;
        assert_eq!(fortimanager.logins(), logins + 1, "{generation:?}");
        sign_out(&target).await;
        assert_upright(fortimanager, &format!("{generation:?}"));
        // From here on as if it had never been another.
        let from = fortimanager.requests().len();
        poll(&target).await;
        let expected = if generation == ONE_STEP { vec![LOGIN, PAGE] } else { vec![LOGIN, STEP, PAGE] };
        assert_eq!(asked(fortimanager, from), expected, "{generation:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_release_may_lack_the_page_of_the_second_step() {
    for answer in [
        Answer::redirect("/ui/"),
        Answer::html(404, "<html><body><h1>Not Found</h1></body></html>"),
        Answer::html(403, LOGIN_PAGE),
    ] {
        let words = format!("{answer:?}");
        let systems = systems(TWO_STEP).await;
        let fortimanager = &systems.fortimanager;
        let target = systems.fortimanager().target();
        poll(&target).await;
        fortimanager.set_generation(ONE_STEP);
        fortimanager.kill_sessions();
        fortimanager.override_path("/p/app/", answer);
        poll(&target).await;
        assert_eq!(fortimanager.logins(), 2, "{words}");
        sign_out(&target).await;
        let from = fortimanager.requests().len();
        poll(&target).await;
        sign_out(&target).await;
        assert_eq!(asked(fortimanager, from), [LOGIN, PAGE, LOGOUT], "{words}");
        assert_upright(fortimanager, &words);
    }
}

// What goes wrong.

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_sent_once_to_either_generation() {
    for generation in EACH {
        let systems = systems(generation).await;
        let target = systems.fortimanager().target_with_wrong_secret();
        for _ in 0..20 {
            assert_eq!(refusal(&target).await, Reason::Auth);
        }
        sign_out(&target).await;
        assert_eq!(asked(&systems.fortimanager, 0), [LOGIN], "{generation:?}");
        assert_eq!(systems.fortimanager.failed_logins(), 1);
    }
}

fn failures_of_the_second_step() -> [(Answer, Reason); 5] {
    [
        (Answer::html(403, LOGIN_PAGE), Reason::HttpStatus),
        (Answer::html(401, LOGIN_PAGE), Reason::HttpStatus),
        (Answer::html(500, LOGIN_PAGE), Reason::HttpStatus),
        (Answer::text(429, "slow down"), Reason::RateLimited),
        (Answer::redirect("/p/login/"), Reason::HttpStatus),
    ]
}

/// What a release may answer that has no second step.
fn no_second_step() -> [Answer; 3] {
    [
        Answer::html(404, LOGIN_PAGE),
        Answer::html(200, LOGIN_PAGE),
        Answer::html(200, LOGIN_PAGE).header("set-cookie", "csrftoken=half; Path=/"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_any_token_is_used_where_it_may_read() {
    for answer in no_second_step() {
        let words = format!("{answer:?}");
        let systems = systems(ONE_STEP).await;
        let fortimanager = &systems.fortimanager;
        let welcome = Answer::json(200, &json!({"result": [{"status": {"code": 0, "message": ""}}]}));
        let welcome = welcome.header("set-cookie", "CURRENT_SESSION=opaque; Path=/");
        fortimanager.override_path(systems.fortimanager().login, welcome);
        fortimanager.override_path("/p/app/", answer);
        let target = systems.fortimanager().target();
        let page = Answer::json(200, &fortimanager.license());
        fortimanager.override_path(systems.fortimanager().page, page);
        poll(&target).await;
        poll(&target).await;
        assert_eq!(asked(fortimanager, 0), [LOGIN, STEP, PAGE, PAGE], "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_that_fails_leaves_no_session_and_is_no_refusal() {
    let systems = systems(TWO_STEP_WITHOUT_TOKEN).await;
    let fortimanager = &systems.fortimanager;
    for (answer, reason) in failures_of_the_second_step() {
        let words = format!("{answer:?}");
        fortimanager.override_path("/p/app/", answer);
        let (logins, target) = (fortimanager.logins(), systems.fortimanager().target());
        let error = collect(&target, "license").await.unwrap_err();
        assert_eq!(error.reason(), reason, "{words}: {error}");
        assert!(error.to_string().contains("signed in, but"), "{error}");
        assert_upright(fortimanager, &words);
        for _ in 0..20 {
            let error = collect(&target, "license").await.unwrap_err();
            // A minute, where refused credentials would wait for 15.
            assert!(pause(&error) <= Duration::from_secs(60), "{words}: {error}");
        }
        assert_eq!(fortimanager.logins(), logins + 1, "{words}");
        assert_upright(fortimanager, &words);
        fortimanager.clear_overrides();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_that_fails_is_not_met_with_sign_ins_where_the_login_brings_a_token() {
    let systems = systems(TWO_STEP).await;
    let fortimanager = &systems.fortimanager;
    let failures = failures_of_the_second_step().map(|(answer, _)| answer);
    for answer in failures.into_iter().chain(no_second_step()) {
        let words = format!("{answer:?}");
        // Before the generation is known: one more sign-in, to see whether that helps.
        fortimanager.override_path("/p/app/", answer.clone());
        let (logins, first) = (fortimanager.logins(), systems.fortimanager().target());
        for _ in 0..20 {
            refusal(&first).await;
            assert_eq!(fortimanager.logins(), logins + 2, "{words}");
        }
        sign_out(&first).await;
        assert_upright(fortimanager, &words);
        fortimanager.clear_overrides();
        // Afterwards likewise, and no more than that.
        let target = systems.fortimanager().target();
        poll(&target).await;
        fortimanager.kill_sessions();
        fortimanager.override_path("/p/app/", answer);
        for _ in 0..20 {
            refusal(&target).await;
            assert!(fortimanager.logins() <= logins + 4, "{words}: {}", fortimanager.logins() - logins);
        }
        sign_out(&target).await;
        assert_upright(fortimanager, &words);
        fortimanager.clear_overrides();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_system_is_not_taken_for_an_upgraded_one() {
    let systems = systems(TWO_STEP).await;
    let fortimanager = &systems.fortimanager;
    for status in [429, 500, 503] {
        let target = systems.fortimanager().target();
        poll(&target).await;
        fortimanager.kill_sessions();
        fortimanager.override_path("/p/app/", Answer::text(status, "busy"));
        let logins = fortimanager.logins();
        let error = collect(&target, "license").await.unwrap_err();
        assert!(error.to_string().contains("signed in, but"), "{status}: {error}");
        assert_eq!(fortimanager.logins(), logins + 1, "{status}");
        assert_upright(fortimanager, &status.to_string());
        fortimanager.clear_overrides();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_that_never_ends_leaves_no_session() {
    let systems = systems(TWO_STEP_WITHOUT_TOKEN).await;
    let fortimanager = &systems.fortimanager;
    let target = systems.fortimanager().target();
    fortimanager.override_path("/p/app/", Answer::status(200).delay(Duration::from_secs(3600)));
    let license = &target.collectors[0];
    let error = license.collect(Deadline::after(Duration::from_secs(3))).await.unwrap_err();
    assert_eq!(error.reason(), Reason::Timeout, "{error}");
    fortimanager.clear_overrides();
    assert_eq!(refusal(&target).await, Reason::Timeout);
    assert_eq!(fortimanager.logins(), 1);
    assert_upright(fortimanager, "no answer");
}

// The check whether a session lives.

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_dies_while_its_renewal_is_held_back_is_renewed_all_the_same() {
    for generation in EACH {
        let systems = systems(generation).await;
        let fortimanager = &systems.fortimanager;
        let target = systems.fortimanager().target();
        poll(&target).await;
        fortimanager.override_path(LICENSE, Answer::html(403, LOGIN_PAGE));
        for _ in 0..20 {
            assert_eq!(refusal(&target).await, Reason::Forbidden);
        }
        assert_eq!(fortimanager.logins(), 2, "{generation:?}");
        // The page is mended, but now the session is gone.
        fortimanager.clear_overrides();
        fortimanager.kill_sessions();
        poll(&target).await;
        assert_eq!(fortimanager.logins(), 3, "{generation:?}");
        let from = fortimanager.requests().len();
        poll(&target).await;
        assert_eq!(asked(fortimanager, from), [PAGE], "{generation:?}");
        sign_out(&target).await;
        assert_upright(fortimanager, &format!("{generation:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_cannot_be_trusted_is_never_met_with_sign_ins() {
    let code = |code: i64| {
        Answer::json(200, &json!({"result": [{"data": null, "status": {"code": code, "message": "No."}}]}))
    };
    let systems = systems(ONE_STEP).await;
    let fortimanager = &systems.fortimanager;
    for answer in [
        Answer::html(404, LOGIN_PAGE),
        Answer::html(500, LOGIN_PAGE),
        Answer::html(200, LOGIN_PAGE),
        Answer::redirect("/p/login/"),
        Answer::html(403, LOGIN_PAGE),
        Answer::json(200, &json!({})),
        code(0),
        code(-6),
        code(-11),
    ] {
        let words = format!("{answer:?}");
        let (logins, from) = (fortimanager.logins(), fortimanager.requests().len());
        fortimanager.override_path(PROXY, answer);
        fortimanager.override_path(LICENSE, Answer::html(403, LOGIN_PAGE));
        let target = systems.fortimanager().target();
        for _ in 0..100 {
            assert_eq!(refusal(&target).await, Reason::Forbidden);
        }
        assert_eq!(fortimanager.logins(), logins + 2, "{words}");
        let checks = asked(fortimanager, from).iter().filter(|request| *request == CHECK).count();
        assert_eq!(checks, 1, "{words}");
        sign_out(&target).await;
        assert_upright(fortimanager, &words);
        fortimanager.clear_overrides();
    }
}
