//! Several exporters with one configuration: each target has one of them.

use std::collections::BTreeSet;

use fortinet_exporter::simulator::{Certificate, FortiManager};
use serde_json::Value;

use crate::support::{Binary, run, until};

async fn systems(count: usize) -> (Vec<FortiManager>, String) {
    let certificate = Certificate::generate().unwrap();
    let (mut systems, mut entries) = (Vec::new(), String::new());
    for number in 0..count {
        let system = FortiManager::start(&certificate).await.unwrap();
        let (url, pin) = (system.url(), certificate.sha256());
        entries += &format!(
            "  - {{ name: fmg-{number}, url: '{url}', username: exporter, password: demo-password, tls: {{ pin_sha256: {pin} }} }}\n"
        );
        systems.push(system);
    }
    (systems, format!("defaults: {{ interval: 1s }}\nfortimanagers:\n{entries}"))
}

async fn targets(binary: &Binary) -> BTreeSet<String> {
    let groups: Vec<Value> = serde_json::from_str(&binary.get("/sd").await.text().await.unwrap()).unwrap();
    groups.iter().map(|group| group["labels"]["target"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exporters_with_one_configuration_share_its_targets() {
    let (systems, config) = systems(8).await;
    let first = Binary::start(&config, &["--config.file=CONFIG", "--shard=0", "--total-shards=2"]).await;
    let args = ["--config.file=CONFIG", "--pod=fortinet-exporter-1", "--total-shards=2"];
    let second = Binary::start(&config, &args).await;
    let pages = [first.metrics_when_ready().await, second.metrics_when_ready().await];
    let (of_first, of_second) = (targets(&first).await, targets(&second).await);
    assert!(!of_first.is_empty() && !of_second.is_empty(), "{of_first:?} {of_second:?}");
    assert!(of_first.is_disjoint(&of_second), "{of_first:?} {of_second:?}");
    assert_eq!(of_first.union(&of_second).count(), 8);
    for (shard, (page, (binary, own))) in
        pages.iter().zip([(&first, &of_first), (&second, &of_second)]).enumerate()
    {
        let info = format!("fortinet_exporter_shard_info{{shard=\"{shard}\",total_shards=\"2\"}}");
        assert_eq!(page.get(&info), Some(1.0));
        assert_eq!(page.series("fortimanager_up{").len(), own.len());
        let said = format!("shard {shard} of 2");
        assert!(binary.get("/").await.text().await.unwrap().contains(&said));
        assert!(binary.log().contains(&format!("shard={shard} total_shards=2")), "{}", binary.log());
        // Who asks the wrong one is told which is the right one.
        let other = if shard == 0 { &of_second } else { &of_first };
        let path = format!("/probe?target={}", other.first().unwrap());
        let answer = binary.get(&path).await;
        assert_eq!(answer.status(), 404);
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("shard {} has it", 1 - shard)), "{text}");
    }

    // A reload is of this share alone, too.
    first.write_config(&config.replace("fmg-", "renamed-"));
    first.signal("HUP");
    until("the reload", async || first.log().contains("configuration reloaded").then_some(())).await;
    let renamed = targets(&first).await;
    assert!(!renamed.is_empty() && renamed.len() < 8, "{renamed:?}");

    assert_eq!(second.terminate().await.code, Some(0));
    assert_eq!(first.terminate().await.code, Some(0));
    let mut logins = 0;
    for system in &systems {
        assert_eq!(system.open_sessions(), 0);
        logins += system.logins();
    }
    assert!(logins >= 8, "{logins}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_of_the_whole_file() {
    let (_systems, config) = systems(4).await;
    let finished =
        run(config.as_bytes(), &["--config.check", "--config.file=CONFIG", "--shard=1", "--total-shards=2"])
            .await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.starts_with("ok, 4 targets; shard 1 of 2 has "), "{}", finished.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_cannot_be_is_a_wrong_command_line() {
    for (args, words) in [
        (["--shard=2", "--total-shards=2"], "shards count from 0 to 1"),
        (["--shard=1", "--log.level=info"], "--total-shards says how many there are"),
        (["--pod=fortinet-exporter-2", "--total-shards=2"], "shards count from 0 to 1"),
        (["--pod=fortinet-exporter", "--total-shards=2"], "does not end with a number"),
        (["--shard=0", "--total-shards=0"], "--total-shards"),
        (["--shard=0", "--pod=fortinet-exporter-0"], "cannot be used with"),
    ] {
        let finished = run(b"", &[args[0], args[1], "--config.check"]).await;
        assert_eq!(finished.code, Some(2), "{args:?}: {}", finished.stderr);
        assert!(finished.stderr.contains(words), "{args:?}: {}", finished.stderr);
    }
}
