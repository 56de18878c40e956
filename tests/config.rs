//! The configuration file: what is accepted, and what the binary says about
//! every mistake that people make in it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fortinet_exporter::config::{Config, Endpoints, Entry, FortiManagerCollector, Paging, Trust};
use fortinet_exporter::simulator::Certificate;
use proptest::prelude::*;

use crate::support::{Finished, run};

/// What no message may repeat.
const MARKER: &str = "xyzzy-Marker-7";
const CHECK: [&str; 2] = ["--config.check", "--config.file=CONFIG"];
/// Blocks of `=== NAME`, a file, `--->`, and what the binary says about it.
const MISTAKES: &str = include_str!("fixtures/config-mistakes.txt");

/// Each key in at least one of its forms. `DIR` is made by [`files`].
const COMPLETE: &str = "\
defaults:
  interval: 5m
  timeout: 30s
fortimanagers:
  - name: fmg-paris
    url: https://fmg.example.com
    username: exporter
    password_file: DIR/secret
    account_info: true
    tls: { ca_file: DIR/ca.pem, server_name: fmg.example.com, min_version: TLS13 }
  - name: fmg-lab
    url: http://fmg2.example.com:8080/prefix/
    allow_plain_http: true
    proxy_url: http://proxy.example.com:3128
    username: exporter
    password: 'pass: word #1'
    interval: 1h 30m
    stale_after: 1d
    collectors: [license]
  - name: fmg-token
    url: https://fmg3.example.com
    api_token_file: DIR/secret
  - name: fmg-both
    url: https://fmg4.example.com
    username: exporter
    password_env: PATH
    api_token: 'token'
    collectors: [adoms, license]
fortianalyzers:
  - name: faz
    url: https://faz.example.com
    username: exporter
    password_file: DIR/secret
    account_info: true
    collectors: [license, system]
forticlient_ems:
  - name: ems-hq
    url: https://ems.corp.example
    site: Default
    username: corp\\exporter
    password_env: PATH
    endpoints_by: [policy, group]
    page_size: 200
    concurrency: 1
    tls: { insecure_skip_verify: true }
forticlient_cloud:
  - name: ems-cloud
    account_email: it@example.com
    access_key: key
    endpoints: summary
";

const SMALL: &str = "\
fortimanagers:
  - name: fmg
    url: https://fmg
    username: exporter
    password: xyzzy-Marker-7
";

/// A directory with a secret, a CA, and files that are neither.
fn files() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let pem = Certificate::generate().unwrap().ca_pem().to_owned();
    let damaged = pem.replace("MII", "!!!");
    let two = format!("{MARKER}\n{MARKER}\n");
    let files =
        [("secret", "s3cret\n"), ("ca.pem", &pem), ("empty", "\n"), ("two", &two), ("damaged", &damaged)];
    for (name, content) in files {
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

async fn accepted(config: &[u8], expected: &str) {
    let finished = run(config, &CHECK).await;
    let complaints: Vec<&str> =
        finished.stderr.lines().filter(|line| !line.starts_with("warning: ")).collect();
    assert_eq!((finished.stdout.as_str(), complaints), (expected, vec![]));
    assert_eq!(finished.code, Some(0));
}

#[tokio::test]
async fn what_works_but_deserves_a_second_look_is_a_warning() {
    let config = b"fortimanagers: [{ name: a, url: 'http://fmg', allow_plain_http: true, username: x, password: y, interval: 10s }]";
    let finished = run(config, &CHECK).await;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), "ok, 1 target\n"));
    assert_eq!(
        finished.stderr,
        "warning: a: plain HTTP: credentials and session travel unencrypted\n\
         warning: a: an interval below one minute is a burden on the target\n"
    );
}

#[tokio::test]
async fn a_secret_that_nothing_uses_deserves_a_second_look() {
    let both = "url: https://fmg, username: x, password: y, api_token: z";
    for (collectors, warnings) in
        [("[license]", 0), ("[system, ha]", 0), ("[ha, devices]", 1), ("[system, adoms]", 1)]
    {
        let config = format!("fortimanagers: [{{ name: a, {both}, collectors: {collectors} }}]");
        let finished = run(config.as_bytes(), &CHECK).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), "ok, 1 target\n"), "{collectors}");
        assert_eq!(finished.stderr.lines().count(), warnings, "{collectors}: {}", finished.stderr);
        let unused = if collectors.contains("ha") { "uses the login" } else { "uses the API token" };
        assert!(warnings == 0 || finished.stderr.contains(unused), "{collectors}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn the_warning_of_an_idle_token_names_the_key_that_is_in_the_file() {
    let dir = files();
    for token in ["api_token: z", "api_token_file: DIR/secret", "api_token_env: PATH"] {
        let login = "url: https://fmg, username: x, password: y, collectors: [system]";
        let config = with_dir(&format!("fortimanagers: [{{ name: a, {login}, {token} }}]"), dir.path());
        let finished = run(config.as_bytes(), &CHECK).await;
        let (key, _) = token.split_once(':').unwrap();
        assert!(finished.stderr.contains(&format!("remove `{key}`,")), "{token}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn a_secret_that_looks_like_a_path_deserves_a_second_look() {
    let dir = files();
    let config = "\
fortimanagers:
  - { name: a, url: https://a, username: u, password: /run/xyzzy-Marker-7, api_token: /etc/xyzzy-Marker-7 }
  - { name: b, url: https://b, username: u, password: DIR/xyzzy-Marker-7 }
  - { name: c, url: https://c, username: u, password: /xyzzy-Marker-7/run/, api_token_file: DIR/secret }
fortimanager_cloud: [{ name: d, url: https://d, api_id: i, password: /var/xyzzy-Marker-7 }]
fortianalyzers: [{ name: e, url: https://e, username: u, password: /etc/xyzzy-Marker-7 }]
forticlient_ems: [{ name: f, url: https://f, username: u, password: /run/xyzzy-Marker-7 }]
forticlient_cloud: [{ name: g, account_email: e, access_key: /run/xyzzy-Marker-7 }]
";
    std::fs::write(dir.path().join(MARKER), "s3cret\n").unwrap();
    let finished = run(with_dir(config, dir.path()).as_bytes(), &CHECK).await;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), "ok, 7 targets\n"));
    let about = |target: &str, key: &str| {
        format!("warning: {target}: `{key}` looks like a path; did you mean `{key}_file`?\n")
    };
    let expected = [("a", "password"), ("a", "api_token"), ("b", "password"), ("d", "password")];
    let expected = expected.into_iter().chain([("e", "password"), ("f", "password"), ("g", "access_key")]);
    let expected: String = expected.map(|(target, key)| about(target, key)).collect();
    assert_eq!(finished.stderr, expected);
}

#[tokio::test]
async fn an_instance_of_the_cloud_among_those_on_premises_deserves_a_second_look() {
    for (host, warning) in [
        (
            "1.eu-central-1.fortimanager.forticloud.com",
            "warning: a: this is an address of FortiManager Cloud: move it to `fortimanager_cloud:`\n",
        ),
        ("fortimanager.forticloud.com.example.com", ""),
    ] {
        let config =
            format!("fortimanagers: [{{ name: a, url: 'https://{host}', username: x, password: y }}]");
        let finished = run(config.as_bytes(), &CHECK).await;
        assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), warning), "{host}");
    }
}

/// What the binary says about a faulty file, which it calls `config.yml`.
async fn refused(config: &[u8]) -> String {
    complaint(&run(config, &CHECK).await)
}

fn complaint(finished: &Finished) -> String {
    let stderr = &finished.stderr;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert!(!stderr.contains(MARKER), "{stderr}");
    // The directory is another one in each run.
    let name = |line: &str| match line.split_once("/config.yml:") {
        Some((_, rest)) => format!("config.yml:{rest}"),
        None => line.to_owned(),
    };
    stderr.lines().map(|line| name(line) + "\n").collect()
}

fn with_dir(text: &str, dir: &Path) -> String {
    text.replace("DIR", dir.to_str().unwrap())
}

#[tokio::test]
async fn good_files_are_accepted() {
    let dir = files();
    let complete = with_dir(COMPLETE, dir.path());
    accepted(complete.as_bytes(), "ok, 7 targets\n").await;
    accepted(complete.replace('\n', "\r\n").as_bytes(), "ok, 7 targets\n").await;
    accepted(format!("\u{feff}{complete}").as_bytes(), "ok, 7 targets\n").await;
    accepted(format!("---\n{SMALL}...\n").as_bytes(), "ok, 1 target\n").await;
    // A password of digits is text, and one of brackets is no structure.
    for password in
        ["12345", "0123", "1e5", "no", "\"[[[[[[\"", "a[[[[", "'*&!@'", "p:w#d", "null-", ">-\n      x"]
    {
        accepted(SMALL.replace(MARKER, password).as_bytes(), "ok, 1 target\n").await;
    }
}

#[tokio::test]
async fn an_alias_spares_writing_the_same_tls_twice() {
    let two = "fortimanagers:
  - { name: a, url: https://a, username: u, password: p, tls: &tls { insecure_skip_verify: true } }
  - { name: b, url: https://b, username: u, password: p, tls: *tls }
";
    accepted(two.as_bytes(), "ok, 2 targets\n").await;
}

#[tokio::test]
async fn thousands_of_targets_are_accepted_in_either_style() {
    let mut flow = "fortimanagers: [\n".to_owned();
    let mut block = "fortimanagers:\n".to_owned();
    for n in 0..5000 {
        writeln!(flow, "  {{ name: f{n}, url: https://h, username: u, password: \"[{{\" }},").unwrap();
        writeln!(block, "  - name: b{n}\n    url: https://h\n    username: u\n    password: it's [{{")
            .unwrap();
    }
    accepted(format!("{flow}]\n").as_bytes(), "ok, 5000 targets\n").await;
    accepted(block.as_bytes(), "ok, 5000 targets\n").await;
}

#[test]
fn what_is_left_out_has_a_default() {
    let text = "defaults: { interval: 10m }
fortimanagers: [{ name: a, url: https://a/, username: u, password: p, interval: 1m }]
fortimanager_cloud: [{ name: b, url: https://b, api_id: i, password: p, tls: { server_name: b.example } }]
forticlient_cloud: [{ name: c, account_email: e, access_key: k }]
";
    let config = Config::parse(text, "test").unwrap();
    let seen: Vec<_> = config
        .entries()
        .map(Entry::common)
        .map(|c| {
            (c.connection.url.to_string(), c.interval.as_secs(), c.timeout.as_secs(), c.stale_after.as_secs())
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("https://a".to_owned(), 60, 30, 900),
            ("https://b".to_owned(), 600, 30, 1800),
            ("https://forticlient.forticloud.com".to_owned(), 600, 30, 1800)
        ]
    );
    assert_eq!(config.max_concurrent_polls, 256);
    let in_cloud = &config.fortimanager_cloud[0];
    assert_eq!(in_cloud.auth.url.to_string(), "https://customerapiauth.fortinet.com");
    assert_eq!(in_cloud.auth.tls.server_name, None);
    assert_eq!(in_cloud.collectors, [FortiManagerCollector::Contracts]);
    let collectors = |access: &str| {
        let text = format!("fortimanagers: [{{ name: a, url: https://a, {access} }}]");
        Config::parse(&text, "test").unwrap().fortimanagers[0].collectors.clone()
    };
    assert_eq!(collectors("username: u, password: p"), [FortiManagerCollector::License]);
    assert_eq!(collectors("api_token: t"), [FortiManagerCollector::Contracts]);
    assert_eq!(collectors("api_token: t, username: u, password: p"), [FortiManagerCollector::License]);
    assert_eq!(config.forticlient_cloud[0].fleet.collectors.len(), 2);
    let paging = Paging { page_size: 500, concurrency: 2 };
    assert_eq!(config.forticlient_cloud[0].fleet.endpoints, Endpoints::Index { paging, by: vec![] });
}

/// Secrets refused to one account say nothing about another's.
#[test]
fn a_token_has_an_account_of_its_own() {
    let login = "username: u, password: p";
    let ways_in = [login.to_owned(), format!("{login}, api_token: t"), "api_token: other".to_owned()];
    let entry = |(n, way_in)| format!("{{ name: t{n}, url: https://a, {way_in} }}");
    let entries: Vec<String> = ways_in.iter().enumerate().map(entry).collect();
    let config = Config::parse(&format!("fortimanagers: [{}]", entries.join(", ")), "test").unwrap();
    let [by_login, by_both, by_token] = config.entries().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(by_login.account(), by_both.account());
    assert_eq!(by_both.token_account(), Some(by_token.account()));
    assert_ne!(by_login.account(), by_token.account());
    assert_eq!(by_login.token_account(), None);
    assert_eq!(by_both.accounts().count(), 2);
}

/// A CA file of a hundred certificates is not kept ten thousand times.
#[test]
fn targets_that_name_one_ca_file_share_what_it_holds() {
    let dir = files();
    let entry = |name: &str| {
        format!(
            "  - {{ name: {name}, url: 'https://{name}', username: u, password: p, tls: {{ ca_file: DIR/ca.pem }} }}\n"
        )
    };
    let text = with_dir(&format!("fortimanagers:\n{}{}", entry("a"), entry("b")), dir.path());
    let config = Config::parse(&text, "test").unwrap();
    let roots: Vec<_> = config
        .entries()
        .map(|entry| match &entry.common().connection.tls.trust {
            Trust::Roots(roots) => Arc::clone(roots),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(!roots[0].is_empty() && Arc::ptr_eq(&roots[0], &roots[1]));
}

#[tokio::test]
async fn every_mistake_is_explained_in_exactly_these_words() {
    let dir = files();
    let mut seen = String::new();
    for block in MISTAKES.split("=== ").skip(1) {
        let (name, rest) = block.split_once('\n').unwrap();
        let (config, _) = rest.split_once("--->\n").unwrap();
        let written = with_dir(&config.replace("MARKER", MARKER), dir.path());
        let said = refused(written.as_bytes()).await.replace(dir.path().to_str().unwrap(), "DIR");
        writeln!(seen, "=== {name}\n{config}--->\n{said}").unwrap();
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write("tests/fixtures/config-mistakes.txt", &seen).unwrap();
    } else {
        assert_eq!(seen, MISTAKES);
    }
}

#[tokio::test]
async fn a_file_that_is_no_text_is_refused_with_its_place() {
    let cases: [(&[u8], &str); 6] = [
        (
            b"",
            "config.yml: the file is empty\n    fix: name at least one target under `fortimanagers:`, `fortimanager_cloud:`, `fortianalyzers:`, `forticlient_ems:` or `forticlient_cloud:`\n",
        ),
        (b"a: 1\nb: \xff", "config.yml:2:4: the file is not UTF-8 text\n    fix: save it as UTF-8\n"),
        (b"\xff\xfea\0:\0", "config.yml:1:1: the file is not UTF-8 text\n    fix: save it as UTF-8\n"),
        (
            b"a: 1\nb: \0",
            "config.yml:2:4: the parser accepts no control character\n    fix: remove it, and save the file as plain text\n",
        ),
        (
            b"a: \x1b[0m",
            "config.yml:1:4: the parser accepts no control character\n    fix: remove it, and save the file as plain text\n",
        ),
        (
            &[b'a'; 10_000_000],
            "config.yml: the file is larger than 3 MiB\n    fix: check that this is the exporter's configuration; split thousands of targets over several exporters\n",
        ),
    ];
    for (config, expected) in cases {
        assert_eq!(refused(config).await, expected);
    }
}

#[tokio::test]
async fn a_path_that_is_no_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (path, expected) in [
        ("", "cannot read the file: Is a directory (os error 21)\n    fix: check that it is a readable file"),
        (
            "/none",
            "cannot read the file: No such file or directory (os error 2)\n    fix: write the file, or name another with --config.file",
        ),
    ] {
        let path = format!("{}{path}", dir.path().display());
        let finished = run(b"", &["--config.check", &format!("--config.file={path}")]).await;
        assert_eq!(complaint(&finished), format!("{path}: {expected}\n"));
    }
}

/// Small files that a careless parser turns into minutes or gigabytes.
#[tokio::test]
async fn bombs_are_defused() {
    let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (this, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        writeln!(laughs, "{next}: &{next} [{}]", vec![format!("*{this}"); 9].join(", ")).unwrap();
    }
    let words = format!("fortimanagers:\n  - collectors: &c [{}]\n", "license,".repeat(10_000));
    let long = format!("fortimanagers:\n  - name: &c {}\n", "n".repeat(80_000));
    let bombs = [
        ("aliases", laughs),
        ("aliases", words + &"  - collectors: *c\n".repeat(4000)),
        ("aliases", long + &"  - username: *c\n".repeat(4000)),
        ("nested too deep", "[".repeat(100_000)),
        ("nested too deep", "{a: ".repeat(100_000)),
        ("nested too deep", "[ # deeper\n".repeat(100_000)),
        ("nested too deep", "- ".repeat(100_000)),
        ("nested too deep", (0..2000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("no key `nme`", "fortimanagers:\n".to_owned() + &"- nme: a\n".repeat(40_000)),
    ];
    for (word, bomb) in bombs {
        let start = Instant::now();
        let said = refused(bomb.as_bytes()).await;
        assert!(said.contains(word), "{said}");
        assert!(start.elapsed() < Duration::from_secs(10), "{word}: {:?}", start.elapsed());
    }
}

/// A file with every kind of value and no absolute path, since messages do
/// quote those.
const SPLENDID: &str = "\
defaults: { interval: 5m, timeout: 30s }
fortimanagers:
  - name: fmg
    url: https://fmg.example.com
    username: exporter
    password: xyzzy-Marker-7
    tls: &tls { pin_sha256: '00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff', min_version: TLS12 }
  - { name: fmg2, url: 'https://fmg2', username: exporter, password: xyzzy-Marker-7, tls: *tls, collectors: [license] }
forticlient_ems:
  - name: ems
    url: https://ems.example.com
    site: Default
    username: exporter
    password: \"xyzzy-Marker-7\"
    stale_after: 1h
    endpoints_by: [policy]
    page_size: 1000
    concurrency: 4
    tls: { insecure_skip_verify: true }
fortimanager_cloud:
  - name: fmg3
    url: https://1.ca-west-1.fortimanager.forticloud.com
    api_id: E8766032
    password: xyzzy-Marker-7
    auth_url: https://auth.example.com
forticlient_cloud:
  - name: cloud
    account_email: it@example.com
    access_key: xyzzy-Marker-7
    endpoints: summary
";

fn parsed(text: &str) -> Result<(), TestCaseError> {
    if let Err(error) = Config::parse(text, "config.yml") {
        prop_assert!(!error.to_string().contains(MARKER), "{error}");
    }
    Ok(())
}

#[test]
fn the_file_to_be_mutated_is_good() {
    assert_eq!(Config::parse(SPLENDID, "test").unwrap().targets(), 5);
}

/// A place in the file that is not within the marker, so that it stays whole.
fn place(text: &str, near: usize) -> usize {
    let near = near % (text.len() + 1);
    let near = (near..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let within = |(start, _): &(usize, &str)| *start < near && near < *start + MARKER.len();
    text.match_indices(MARKER).find(within).map_or(near, |(start, _)| start)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn arbitrary_bytes_are_no_more_than_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        parsed(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn arbitrary_yaml_is_no_more_than_refused(text in "([-\\[\\]{}:,?*&!|>'\"%@# \n\t]|[ab]: |xyzzy-Marker-7|tls|name){0,60}") {
        parsed(&text)?;
    }

    /// Deletes, doubles and inserts pieces, keeping each marker whole.
    #[test]
    fn a_damaged_file_is_refused_without_its_secrets(
        damages in proptest::collection::vec((0..3, any::<usize>(), 0usize..60, "[-\\[\\]{}:,?*&!|>'\"%@# \n\ta]{1,3}"), 1..6)
    ) {
        let mut text = SPLENDID.to_owned();
        for (kind, at, length, signs) in damages {
            let from = place(&text, at);
            let to = place(&text, (from + length).min(text.len())).max(from);
            match kind {
                0 => text.replace_range(from..to, ""),
                1 => { let piece = text[from..to].to_owned(); text.insert_str(to, &piece); }
                _ => text.insert_str(from, &signs),
            }
        }
        parsed(&text)?;
    }
}
