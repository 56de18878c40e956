//! The life of the process: arguments → configuration → start → wait → drain.

#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use fortinet_exporter::cli::{Cli, Command, Flags};
use fortinet_exporter::config::Config;
use fortinet_exporter::daemon::{Daemon, Source};
use fortinet_exporter::sharding::Shard;
use fortinet_exporter::web::{self, Guard, Listener};
use fortinet_exporter::{demo, healthcheck, probe, targets, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// As clap ends for any other flag that is wrong.
const WRONG_COMMAND_LINE: u8 = 2;

fn main() -> ExitCode {
    match execute(Cli::from_args()) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode> {
    // Before there are threads.
    let inherited = cli.flags.systemd_socket.then(web::inherited).transpose()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(run(cli, inherited));
    // A file system or a name server that hangs must not hold up the end.
    runtime.shutdown_background();
    result
}

async fn run(cli: Cli, inherited: Option<Vec<Listener>>) -> Result<ExitCode> {
    let Cli { command, flags } = cli;
    let shard = match flags.shard() {
        Ok(shard) => shard,
        Err(message) => {
            complain(&message);
            return Ok(ExitCode::from(WRONG_COMMAND_LINE));
        }
    };
    if flags.config_check {
        return check(&flags, shard);
    }
    match command {
        None | Some(Command::Serve) => {
            telemetry::logging::init(flags.log_level, flags.log_format);
            let stop = terminated()?;
            let source = Source { file: flags.config_file.clone(), signal: signal(SignalKind::hangup())? };
            let config = Config::load(&flags.config_file)?;
            Daemon::start(config, flags.serving(shard, inherited), Some(source))?.run(stop).await?;
        }
        Some(Command::Demo { with_prometheus }) => {
            telemetry::logging::init(flags.log_level, flags.log_format);
            demo::run(flags.serving(shard, inherited), with_prometheus, terminated_or_hung_up()?).await?;
        }
        Some(Command::Probe { name, capture }) => {
            // The account of the steps says it all; the log would say it twice.
            telemetry::logging::init(LevelFilter::OFF, flags.log_format);
            let config = Config::load_only(&flags.config_file, &name)?;
            let (mut out, stop) = (std::io::stdout(), terminated_or_hung_up()?);
            if !probe::probe(&config, capture.as_deref(), &mut out, stop).await? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Command::Healthcheck) => {
            for address in &flags.listen_addresses {
                healthcheck::healthcheck(address, &flags.route_prefix).await?;
            }
            writeln!(std::io::stdout(), "healthy")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(flags: &Flags, shard: Shard) -> Result<ExitCode> {
    let config = Config::load(&flags.config_file)?;
    flags.web_config_file.as_deref().map(Guard::load).transpose()?;
    // All of it, whoever polls it: a mistake is to be found before the number of shards changes.
    let mut found = format!("ok, {config}");
    if shard.is_one_of_many() {
        let own = config.entries().filter(|entry| shard.has(&entry.common().name)).count();
        found += &format!("; {shard} has {own}");
    }
    writeln!(std::io::stdout(), "{found}")?;
    for entry in config.entries() {
        for words in targets::warnings(entry) {
            writeln!(std::io::stderr(), "warning: {}: {words}", entry.common().name)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What ends the process is said whatever the log level.
fn complain(error: &dyn std::fmt::Display) {
    // If nobody listens, the exit code is left.
    let _ = writeln!(std::io::stderr(), "{error}");
}

/// Resolves at the first SIGTERM or SIGINT.
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The same for a command of a terminal, which may close.
fn terminated_or_hung_up() -> std::io::Result<impl Future<Output = ()>> {
    let terminated = terminated()?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            () = terminated => {}
            _ = hang_up.recv() => {}
        }
    })
}
