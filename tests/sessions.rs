//! A good guest: how often the exporter signs in, when it does not, and what
//! it leaves behind.

use std::time::Duration;

use fortinet_exporter::simulator::{Answer, DeadSession, SignInRefusal};
use fortinet_exporter::upstream::Reason;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{Binary, Polled, Systems, collect, pause, poll, refusal, sign_out, target, until};

const POLLS: &str = "fortinet_exporter_collector_polls_total";
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><body>Please log in</body></html>";

fn retval(status: u16, retval: i64) -> Answer {
    Answer::json(status, &json!({"result": {"retval": retval, "message": "No."}}))
}

fn code(code: i64) -> Answer {
    Answer::json(200, &json!({"result": [{"status": {"code": code, "message": "No."}}]}))
}

// Signing in once, signing out once.

#[tokio::test(flavor = "multi_thread")]
async fn ten_polls_share_one_session_and_leave_none() {
    let systems = Systems::start().await;
    for system in systems.each() {
        let target = system.target();
        for _ in 0..10 {
            poll(&target).await;
        }
        let simulation = system.simulation;
        assert_eq!((simulation.logins(), simulation.open_sessions()), (1, 1), "{}", system.name);
        sign_out(&target).await;
        assert_eq!((simulation.logouts(), simulation.open_sessions()), (1, 0), "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
        // What is signed out can sign in again.
        poll(&target).await;
        assert_eq!(simulation.logins(), 2);
        sign_out(&target).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_signs_out_of_all_three() {
    let systems = Systems::start().await;
    let binary = Binary::serve(&systems.config()).await;
    binary
        .metrics_when("three polls of every target", |page| {
            ["fmg", "ems", "cloud"].iter().all(|name| {
                let polls = page.get(&format!("{POLLS}{{collector=\"license\",target=\"{name}\"}}"));
                polls >= Some(3.0)
            })
        })
        .await;
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    for system in systems.each() {
        let simulation = system.simulation;
        let counts = (simulation.logins(), simulation.logouts(), simulation.open_sessions());
        assert_eq!(counts, (1, 1, 0), "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_at_the_same_time_sign_in_once() {
    let systems = Systems::start().await;
    for system in [systems.ems(), systems.cloud()] {
        let target = system.target();
        for logins in 1..=2 {
            let (endpoints, license) =
                tokio::join!(collect(&target, "endpoints"), collect(&target, "license"));
            assert!(endpoints.is_ok() && license.is_ok(), "{:?} {:?}", endpoints.err(), license.err());
            assert_eq!(system.simulation.logins(), logins, "{}", system.name);
            system.simulation.kill_sessions();
        }
        assert_eq!(system.simulation.most_sessions_open(), 1);
        assert_eq!(system.simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_given_up_while_signing_in_leaves_no_session() {
    let systems = Systems::start().await;
    for system in systems.each() {
        system.simulation.delay_next(system.login, Duration::from_secs(2));
    }
    let binary = Binary::serve(&systems.config()).await;
    // The systems have opened the sessions, but their answers are still on the way.
    until("three open sessions", async || {
        systems.each().iter().all(|system| system.simulation.open_sessions() == 1).then_some(())
    })
    .await;
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    for system in systems.each() {
        let pages = system.simulation.requests();
        assert!(!pages.iter().any(|request| request.path.starts_with(system.page)), "{pages:?}");
        let counts = (system.simulation.logins(), system.simulation.logouts());
        assert_eq!((counts, system.simulation.open_sessions()), ((1, 1), 0), "{}", system.name);
        assert_eq!(system.simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_answered_after_the_polls_timeout_is_no_lost_session() {
    let systems = Systems::start().await;
    for system in systems.each() {
        let simulation = system.simulation;
        simulation.delay_next(system.login, Duration::from_secs(3));
        let mut polled = Polled::new(&(system.config() + "    timeout: 1s\n"));
        polled.poll().await;
        assert!(polled.failures().iter().all(|failure| failure.reason == "timeout"), "{}", system.name);
        until("a good poll", async || {
            polled.poll().await;
            polled.failures().is_empty().then_some(())
        })
        .await;
        let counts = (simulation.logins(), simulation.most_sessions_open());
        assert_eq!(counts, (1, 1), "{}", system.name);
        polled.sign_out().await;
        assert_eq!((simulation.logouts(), simulation.open_sessions()), (1, 0), "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_has_a_second_way() {
    let systems = Systems::start().await;
    systems.fortimanager.set_logout_api(false);
    systems.ems.override_path_times("/api/v1/auth/signout", Answer::text(405, "Method Not Allowed"), 1);
    for system in [systems.fortimanager(), systems.ems()] {
        let target = system.target();
        poll(&target).await;
        sign_out(&target).await;
        let simulation = system.simulation;
        assert_eq!((simulation.logouts(), simulation.open_sessions()), (1, 0), "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
    // A login page with status 200 is no logout either.
    systems.fortimanager.set_logout_api(true);
    systems.fortimanager.override_path("/p/logout-api/", Answer::html(200, LOGIN_PAGE));
    let target = systems.fortimanager().target();
    poll(&target).await;
    sign_out(&target).await;
    assert_eq!(systems.fortimanager.open_sessions(), 0);
}

// Dead sessions.

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_fortimanager_session_costs_one_sign_in_however_it_is_answered() {
    let systems = Systems::start().await;
    let target = systems.fortimanager().target();
    poll(&target).await;
    for (number, answer) in DeadSession::ALL.into_iter().enumerate() {
        systems.fortimanager.answer_dead_sessions_with(answer);
        systems.fortimanager.kill_sessions();
        poll(&target).await;
        assert_eq!(systems.fortimanager.logins(), number + 2, "{answer:?}");
        poll(&target).await;
        assert_eq!(systems.fortimanager.logins(), number + 2, "{answer:?}");
    }
    assert_eq!(systems.fortimanager.failed_logins(), 0);
    assert_eq!(systems.fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_ems_session_costs_one_sign_in_through_either_door() {
    let systems = Systems::start().await;
    for system in [systems.ems(), systems.cloud()] {
        let target = system.target();
        poll(&target).await;
        system.simulation.kill_sessions();
        poll(&target).await;
        poll(&target).await;
        assert_eq!(system.simulation.logins(), 2, "{}", system.name);
        // Other ways to say so. The session is alive in truth, so it has to be ended first.
        let answers = [
            retval(200, -4),
            retval(401, -4),
            Answer::html(401, LOGIN_PAGE),
            Answer::html(403, LOGIN_PAGE),
            Answer::html(200, LOGIN_PAGE),
            Answer::redirect("/login"),
            Answer::json(200, &json!({"result": "error"})),
            Answer::json(401, &json!({"result": "error"})),
        ];
        for (number, answer) in answers.into_iter().enumerate() {
            let words = format!("{} {answer:?}", system.name);
            system.simulation.override_path_times(system.page, answer, 1);
            poll(&target).await;
            assert_eq!(
                (system.simulation.logins(), system.simulation.open_sessions()),
                (number + 3, 1),
                "{words}"
            );
        }
        // It can happen in the middle of the endpoint index, too.
        let index = system.page.replace("license/get", "endpoints/index");
        system.simulation.override_path_times(&index, retval(401, -4), 1);
        let logins = system.simulation.logins();
        poll(&target).await;
        assert_eq!(system.simulation.logins(), logins + 1);
        assert_eq!(system.simulation.most_sessions_open(), 1);
        assert_eq!(system.simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_refuses_fresh_sessions_too_is_not_met_with_sign_ins() {
    let both = || {
        vec![
            (Answer::html(401, LOGIN_PAGE), Reason::Auth),
            (Answer::html(403, LOGIN_PAGE), Reason::Forbidden),
            (Answer::redirect("/p/login/"), Reason::HttpStatus),
            (Answer::html(200, LOGIN_PAGE), Reason::NotJson),
            (Answer::json(200, &json!({})), Reason::UnexpectedPayload),
        ]
    };
    let fortimanager = [(code(-11), Reason::Forbidden), (code(-6), Reason::UnexpectedPayload)];
    let ems = [
        (retval(200, -4), Reason::Auth),
        (Answer::json(200, &json!({"result": "x"})), Reason::UnexpectedPayload),
    ];
    let systems = Systems::start().await;
    for (system, own) in
        [(systems.fortimanager(), fortimanager), (systems.ems(), ems.clone()), (systems.cloud(), ems)]
    {
        let simulation = system.simulation;
        for (answer, reason) in both().into_iter().chain(own) {
            let words = format!("{} {answer:?}", system.name);
            // From the first poll on: one more sign-in, to see whether that helps.
            let first = system.target();
            let before = simulation.logins();
            simulation.override_path(system.page, answer.clone());
            for _ in 0..3 {
                assert_eq!(refusal(&first).await, reason, "{words}");
                assert_eq!(simulation.logins(), before + 2, "{words}");
            }
            simulation.clear_overrides();
            poll(&first).await;
            assert_eq!(simulation.logins(), before + 2, "{words}");
            sign_out(&first).await;
            // After good polls likewise.
            let target = system.target();
            poll(&target).await;
            simulation.override_path(system.page, answer);
            for _ in 0..3 {
                assert_eq!(refusal(&target).await, reason, "{words}");
                assert_eq!(simulation.logins(), before + 4, "{words}");
            }
            simulation.clear_overrides();
            poll(&target).await;
            assert_eq!(simulation.logins(), before + 4, "{words}");
            // The next session that really dies is replaced again.
            simulation.kill_sessions();
            poll(&target).await;
            assert_eq!(simulation.logins(), before + 5, "{words}");
            sign_out(&target).await;
            assert_eq!(simulation.open_sessions(), 0, "{words}");
        }
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_page_among_good_ones_is_not_met_with_a_sign_in_at_every_poll() {
    let systems = Systems::start().await;
    for system in [systems.ems(), systems.cloud()] {
        let target = system.target();
        system.simulation.override_path(system.page, Answer::html(403, LOGIN_PAGE));
        for _ in 0..4 {
            collect(&target, "endpoints").await.unwrap();
            assert_eq!(refusal(&target).await, Reason::Forbidden, "{}", system.name);
        }
        assert_eq!(system.simulation.logins(), 2, "{}", system.name);
        // The other page's sessions are renewed as ever.
        system.simulation.kill_sessions();
        collect(&target, "endpoints").await.unwrap();
        assert_eq!(refusal(&target).await, Reason::Forbidden);
        assert_eq!(system.simulation.logins(), 3, "{}", system.name);
        system.simulation.clear_overrides();
        poll(&target).await;
        assert_eq!(system.simulation.logins(), 3, "{}", system.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_licence_fails_its_own_collector_alone() {
    let systems = Systems::start().await;
    systems.ems.forbid_license(true);
    systems.cloud.forbid_license(true);
    let binary = Binary::serve(&[systems.ems().config(), systems.cloud().config()].concat()).await;
    for name in ["ems", "cloud"] {
        let success = |collector: &str| {
            format!("fortinet_exporter_collector_success{{collector=\"{collector}\",target=\"{name}\"}}")
        };
        let failures = format!(
            "fortinet_exporter_collector_failures_total{{collector=\"license\",reason=\"forbidden\",target=\"{name}\"}}"
        );
        let page =
            binary.metrics_when("three forbidden polls", |page| page.get(&failures) >= Some(3.0)).await;
        assert_eq!(page.get(&success("license")), Some(0.0));
        assert_eq!(page.get(&success("endpoints")), Some(1.0));
        assert_eq!(page.get(&format!("forticlient_ems_up{{target=\"{name}\"}}")), Some(1.0));
        assert_eq!(page.get(&format!("fortinet_exporter_logins_total{{target=\"{name}\"}}")), Some(1.0));
    }
    assert_eq!((systems.ems.logins(), systems.cloud.logins()), (1, 1));
}

// Refused credentials.

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_sent_once() {
    let systems = Systems::start().await;
    for system in systems.each() {
        let target = system.target_with_wrong_secret();
        for _ in 0..20 {
            for collector in &target.collectors {
                assert_eq!(collect(&target, collector.name()).await.unwrap_err().reason(), Reason::Auth);
            }
        }
        let error = collect(&target, "license").await.unwrap_err();
        assert!((14 * 60..=15 * 60).contains(&pause(&error).as_secs()), "{error}");
        assert_eq!(system.simulation.failed_logins(), 1, "{}", system.name);
        assert!(!system.simulation.is_locked());
        // There is nothing to sign out of.
        sign_out(&target).await;
        assert_eq!(system.simulation.requests().len(), 1);
    }
    for answer in [SignInRefusal::BadRequest, SignInRefusal::Unauthorized, SignInRefusal::Ok] {
        systems.ems.refuse_sign_in_with(answer);
        let before = systems.ems.failed_logins();
        // The simulated account would lock at the third one.
        systems.ems.set_lockout(100, Duration::from_secs(60));
        let target = systems.ems().target_with_wrong_secret();
        for _ in 0..3 {
            assert_eq!(refusal(&target).await, Reason::Auth, "{answer:?}");
        }
        assert_eq!(systems.ems.failed_logins(), before + 1, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_password_file_needs_no_restart() {
    let systems = Systems::start().await;
    let dir = tempfile::tempdir().unwrap();
    let mut config = String::new();
    for system in systems.each() {
        let file = dir.path().join(system.name);
        std::fs::write(&file, "wrong\n").unwrap();
        config += &system.config_with(&format!("{}_file: {}", system.secret_key, file.display()));
    }
    let binary = Binary::serve(&config).await;
    let series = |metric: &str, name: &str| format!("{metric}{{collector=\"license\",target=\"{name}\"}}");
    let page = binary
        .metrics_when("three polls of every target", |page| {
            systems.each().iter().all(|system| page.get(&series(POLLS, system.name)) >= Some(3.0))
        })
        .await;
    for system in systems.each() {
        let failures = format!("fortinet_exporter_login_failures_total{{target=\"{}\"}}", system.name);
        assert_eq!((page.get(&failures), system.simulation.failed_logins()), (Some(1.0), 1));
        let right = system.secret.rsplit(' ').next().unwrap();
        std::fs::write(dir.path().join(system.name), right).unwrap();
    }
    binary
        .metrics_when("three good polls", |page| {
            let success = "fortinet_exporter_collector_success";
            systems.each().iter().all(|system| page.get(&series(success, system.name)) == Some(1.0))
        })
        .await;
    let finished = binary.terminate().await;
    assert_eq!(finished.code, Some(0));
    for system in systems.each() {
        let simulation = system.simulation;
        assert_eq!((simulation.failed_logins(), simulation.logins()), (1, 1), "{}", system.name);
        assert!(!simulation.is_locked());
        assert_eq!(simulation.open_sessions(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_is_told_from_a_wrong_password_where_the_answer_tells() {
    let systems = Systems::start().await;
    for (system, reason) in [
        (systems.ems(), Reason::LockedOut),
        // These two give a locked account no other words.
        (systems.fortimanager(), Reason::Auth),
        (systems.cloud(), Reason::Auth),
    ] {
        system.simulation.set_lockout(1, Duration::from_secs(60));
        assert_eq!(refusal(&system.target_with_wrong_secret()).await, Reason::Auth);
        assert!(system.simulation.is_locked());
        let target = system.target();
        for _ in 0..3 {
            assert_eq!(refusal(&target).await, reason, "{}", system.name);
        }
        assert_eq!(system.simulation.failed_logins(), 2, "{}", system.name);
    }
    // If one of them should find words one day.
    systems.fortimanager.override_path(
        "/cgi-bin/module/flatui_auth",
        Answer::json(200, &json!({"result": [{"status": {"code": -45, "message": "User is locked out"}}]})),
    );
    assert_eq!(refusal(&systems.fortimanager().target()).await, Reason::LockedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_answer_to_a_sign_in_but_a_session_holds_the_next_one_back() {
    let systems = Systems::start().await;
    for system in systems.each() {
        for (answer, reason) in [
            (Answer::html(200, LOGIN_PAGE), Reason::NotJson),
            (Answer::redirect("/p/login/"), Reason::Auth),
            (Answer::html(401, LOGIN_PAGE), Reason::Auth),
            (Answer::html(403, LOGIN_PAGE), Reason::Auth),
            (Answer::text(400, "Bad Request"), Reason::Auth),
            (Answer::html(404, LOGIN_PAGE), Reason::HttpStatus),
            (Answer::html(500, LOGIN_PAGE), Reason::HttpStatus),
            (Answer::html(503, LOGIN_PAGE).header("retry-after", "7"), Reason::HttpStatus),
            (Answer::text(429, "slow down"), Reason::RateLimited),
            // The refusal is known by its status, whatever becomes of the page behind it.
            (Answer::html(401, &LOGIN_PAGE.repeat(100_000)), Reason::Auth),
            (Answer::html(401, LOGIN_PAGE).broken_off(), Reason::Auth),
            (Answer::html(200, LOGIN_PAGE).broken_off(), Reason::Connect),
        ] {
            system.simulation.override_path(system.login, answer);
            let before = system.login_requests();
            let target = system.target();
            for _ in 0..3 {
                assert_eq!(refusal(&target).await, reason, "{}", system.name);
            }
            assert_eq!(system.login_requests() - before, 1, "{} {reason}", system.name);
            system.simulation.clear_overrides();
            assert_eq!(refusal(&target).await, reason, "{}", system.name);
            sign_out(&target).await;
        }
        assert_eq!(system.simulation.failed_logins(), 0);
        assert_eq!(system.simulation.open_sessions(), 0);
    }
}

/// A sign-in whose answer is lost may have opened a session all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_welcome_was_cut_short_is_signed_out_of() {
    let systems = Systems::start().await;
    for (system, cookies) in [
        (systems.fortimanager(), ["CURRENT_SESSION=lost; Path=/", "HTTP_CSRF_TOKEN=token; Path=/"]),
        (systems.ems(), ["sessionid=lost; Path=/", "csrftoken=token; Path=/"]),
    ] {
        let welcome = Answer::json(200, &json!({"result": []})).broken_off();
        let welcome = cookies.iter().fold(welcome, |answer, cookie| answer.header("set-cookie", cookie));
        system.simulation.override_path(system.login, welcome);
        let target = system.target();
        assert_eq!(refusal(&target).await, Reason::Connect, "{}", system.name);
        let paths: Vec<String> =
            system.simulation.requests().into_iter().map(|request| request.path).collect();
        assert!(paths.iter().any(|path| path.contains("logout") || path.contains("signout")), "{paths:?}");
    }
}

// What differs from box to box.

#[tokio::test(flavor = "multi_thread")]
async fn prefixed_cookies_are_understood() {
    let systems = Systems::start().await;
    systems.fortimanager.set_cookie_prefix("poc_");
    let target = systems.fortimanager().target();
    poll(&target).await;
    sign_out(&target).await;
    assert_eq!((systems.fortimanager.logins(), systems.fortimanager.logouts()), (1, 1));
    assert_eq!(systems.fortimanager.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_works_where_it_is_asked_for() {
    let systems = Systems::start_plain().await;
    for system in systems.each() {
        let target = system.target();
        poll(&target).await;
        poll(&target).await;
        sign_out(&target).await;
        let simulation = system.simulation;
        assert_eq!((simulation.logins(), simulation.logouts()), (1, 1), "{}", system.name);
        assert_eq!(simulation.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secure_cookie_is_sent_over_plain_http_too() {
    // So a system behind a TLS proxy marks it. On loopback every cookie jar is lenient, so the
    // simulator plays a proxy on the way to another host.
    let systems = Systems::start_plain().await;
    let welcome = Answer::json(200, &json!({"result": {"retval": 1, "message": null}}))
        .header("set-cookie", "sessionid=opaque; Path=/; Secure; HttpOnly");
    systems.ems.override_path(systems.ems().login, welcome);
    // The simulator does not know this session, but it must have seen it.
    let url = systems.ems.url();
    let config = systems.ems().config();
    let config = config.replace(&url, &format!("http://ems.example.com\n    proxy_url: {url}"));
    assert_eq!(refusal(&target(&config)).await, Reason::Auth);
    // Sign-in, page, sign-out, and the first two once more.
    assert_eq!(systems.ems.requests().len(), 5);
    assert_eq!(systems.ems.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_without_end_do_not_drown_the_session() {
    let systems = Systems::start().await;
    for system in [systems.fortimanager(), systems.ems()] {
        let target = system.target();
        for round in 0..5 {
            // A proxy that marks every answer, and a session that must live on beside it.
            let page = Answer::html(503, "busy");
            let marked = (0..20).fold(page, |page, number| {
                page.header("set-cookie", &format!("mark-{round}-{number}={}; Path=/", "x".repeat(4000)))
            });
            system.simulation.override_path_times(system.page, marked, 1);
            assert_eq!(refusal(&target).await, Reason::HttpStatus, "{}", system.name);
            poll(&target).await;
        }
        assert_eq!(system.simulation.logins(), 1, "{}", system.name);
        sign_out(&target).await;
        assert_eq!(system.simulation.open_sessions(), 0, "{}", system.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_issued_anew_with_every_answer_are_followed() {
    let systems = Systems::start().await;
    systems.ems.reissue_sessions(true);
    // More pages than old cookies that are still good.
    systems.ems.set_page_cap(3);
    let target = systems.ems().target();
    for _ in 0..3 {
        poll(&target).await;
    }
    sign_out(&target).await;
    let ems = &systems.ems;
    assert_eq!((ems.logins(), ems.logouts(), ems.open_sessions()), (1, 1, 0));
    assert_eq!(ems.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_named_in_the_header_and_in_the_body() {
    // What is sent, byte by byte: the simulator does not ask for the header.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = String::new();
        let mut chunk = [0; 4096];
        while !request.ends_with('}') {
            let read = stream.read(&mut chunk).await.unwrap();
            assert!(read > 0, "{request}");
            request += std::str::from_utf8(&chunk[..read]).unwrap();
        }
        stream.write_all(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        request
    });
    let entry = |url: &str, site: &str| {
        format!(
            "forticlient_ems:\n  - name: ems\n    url: {url}\n    allow_plain_http: true\n    username: exporter\n    password: demo-password\n    site: {site}\n"
        )
    };
    assert_eq!(refusal(&target(&entry(&format!("http://{address}"), "Branch"))).await, Reason::HttpStatus);
    let request = heard.await.unwrap();
    assert!(request.contains("site: Branch\r\n"), "{request}");
    assert!(request.contains("\"site\":\"Branch\""), "{request}");

    let systems = Systems::start_plain().await;
    systems.ems.set_site("Branch");
    let right = target(&entry(&systems.ems.url(), "Branch"));
    poll(&right).await;
    sign_out(&right).await;
    assert_eq!((systems.ems.logins(), systems.ems.open_sessions()), (1, 0));
    assert_eq!(systems.ems.violations(), Vec::<String>::new());

    let wrong = target(&entry(&systems.ems.url(), "Elsewhere"));
    let error = collect(&wrong, "license").await.unwrap_err();
    assert!(error.hint().starts_with("check `site`"), "{error}: {}", error.hint());
    for _ in 0..2 {
        assert_eq!(refusal(&wrong).await, Reason::Auth);
    }
    assert_eq!(systems.ems().login_requests(), 2);
}
