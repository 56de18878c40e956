//! The command line: what each command shows and takes.

use std::net::TcpListener;

use crate::support::run;

async fn help(command: &str) -> String {
    run(b"", &[command, "--help"]).await.stdout
}

#[tokio::test]
async fn each_command_shows_the_flags_that_are_of_use_to_it() {
    let (serve, probe, demo) = (help("serve").await, help("probe").await, help("demo").await);
    let flags = |help: &str| -> Vec<String> {
        let words = help.split_whitespace().filter(|word| word.starts_with("--") && word.contains('.'));
        words.map(str::to_owned).collect()
    };
    assert_eq!(flags(&probe), ["--config.file"]);
    let config = ["--config.check", "--config.file", "--web.enable-lifecycle", "--web.systemd-socket"];
    let rest: Vec<String> =
        flags(&serve).into_iter().filter(|flag| !config.contains(&flag.as_str())).collect();
    assert_eq!(rest.len() + config.len(), flags(&serve).len(), "{serve}");
    let mut shown = flags(&demo);
    shown.sort();
    assert_eq!(shown, rest);
    assert!(serve.contains("[default: :10066]") && demo.contains("[default: 127.0.0.1:10066]"), "{demo}");
}

#[tokio::test]
async fn a_flag_that_means_nothing_is_refused_wherever_it_stands() {
    for (command, flag) in [
        ("probe", "--config.check"),
        ("probe", "--log.level=debug"),
        ("probe", "--web.listen-address=:1"),
        ("demo", "--config.file=CONFIG"),
        ("demo", "--config.check"),
        ("demo", "--web.enable-lifecycle"),
        ("demo", "--web.systemd-socket"),
    ] {
        for args in [[command, "fmg", flag], [flag, command, "fmg"]] {
            let args: Vec<&str> =
                args.into_iter().filter(|arg| command == "probe" || *arg != "fmg").collect();
            let finished = run(b"", &args).await;
            let (name, _) = flag.split_once('=').unwrap_or((flag, ""));
            let words = format!("{name} means nothing to `{command}`: it ");
            assert!(finished.stderr.contains(&words), "{args:?}: {}", finished.stderr);
            assert_eq!((finished.code, finished.stdout.as_str()), (Some(2), ""));
        }
    }
}

#[tokio::test]
async fn a_flag_may_stand_before_the_command() {
    let args = ["--config.file=CONFIG", "probe", "fmg"];
    let finished = run(b"fortimanagers: []", &args).await;
    assert!(finished.stderr.contains("config.yml:"), "{}", finished.stderr);
    assert_eq!(finished.code, Some(1));
}

#[tokio::test]
async fn the_demo_is_for_this_machine_alone() {
    // Whoever has the port, the demo says which address it wanted.
    let _taken = TcpListener::bind("127.0.0.1:10066");
    let finished = run(b"", &["demo"]).await;
    assert!(finished.stderr.contains("cannot listen on 127.0.0.1:10066"), "{}", finished.stderr);
}
