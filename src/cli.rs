//! The command line. Flags are named as in every Prometheus exporter.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing::level_filters::LevelFilter;

use crate::daemon::Serving;
use crate::sharding::Shard;
use crate::telemetry::logging::{Format, parse_level};
use crate::web::{Address, Listener, Prefix};

/// What a bug report should have. No time of the build: two of them are the same bytes.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit:   ",
    env!("BUILD_COMMIT"),
    "\ntarget:   ",
    env!("BUILD_TARGET"),
    "\nfeatures: ",
    env!("BUILD_FEATURES"),
    "\ncompiler: ",
    env!("BUILD_COMPILER"),
);

/// The port, not yet registered in Prometheus' list of default ports.
const LISTEN: &str = ":10066";
/// What the demo shows is for whoever started it.
const LISTEN_DEMO: &str = "127.0.0.1:10066";

/// Prometheus exporter for FortiManager licences and the FortiClient EMS fleet.
#[derive(Debug, Parser)]
#[command(name = "fortinet-exporter", version, long_version = VERSION, disable_help_subcommand = true)]
#[command(after_help = "Try it: fortinet-exporter demo")]
pub struct Cli {
    /// What to do; without a command: serve.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The flags, each of use to some of the commands.
    #[command(flatten)]
    pub flags: Flags,
}

impl Cli {
    /// What the process was started with. Ends it for `--help`, and for what cannot be understood.
    pub fn from_args() -> Self {
        let mut command = command();
        let matches = command.get_matches_mut();
        if let Some((name, _)) = matches.subcommand()
            && let Some(flag) = flags(&command).into_iter().find(|flag| {
                let is_given = matches.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine);
                is_given && !is_of_use(flag, name)
            })
        {
            let long = flag.get_long().unwrap_or_default();
            let words = format!("--{long} means nothing to `{name}`: {}", what_else(name));
            command.error(ErrorKind::ArgumentConflict, words).exit()
        }
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// Each command shows the flags that are of use to it. All can stand before or after its name.
pub fn command() -> clap::Command {
    let mut command = Cli::command();
    let flags = flags(&command);
    for name in ["probe", "demo"] {
        command = command.mut_subcommand(name, |command| {
            let useless = flags.iter().filter(|flag| !is_of_use(flag, name));
            command.args(useless.map(|flag| flag.clone().hide(true)))
        });
    }
    let listen = flags.into_iter().find(|flag| flag.get_id() == "listen_addresses");
    let listen = listen.map(|listen| listen.default_value(LISTEN_DEMO));
    command.mut_subcommand("demo", |demo| demo.args(listen))
}

fn flags(command: &clap::Command) -> Vec<Arg> {
    command.get_arguments().filter(|flag| flag.is_global_set()).cloned().collect()
}

fn is_of_use(flag: &Arg, command: &str) -> bool {
    let flag = flag.get_long().unwrap_or_default();
    match command {
        "probe" => flag == "config.file",
        "demo" => {
            let is_ours = flag.starts_with("web.") || flag.starts_with("log.");
            is_ours && !matches!(flag, "web.enable-lifecycle" | "web.systemd-socket")
        }
        _ => true,
    }
}

/// Why a flag is of no use to a command.
fn what_else(command: &str) -> &'static str {
    match command {
        "probe" => "it polls one target once, tells every step, and serves no pages",
        _ => "it brings its own configuration, and listens where --web.listen-address says",
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Poll every target and serve the metrics (the default)
    Serve,
    /// Poll one target once: metrics on stdout, what happened on stderr
    Probe {
        /// The target's name in the configuration
        name: String,
        /// Write every request and answer to this folder, with stand-ins in place of whatever is not a
        /// state or a number of a known field: to read, and to attach to an issue
        #[arg(long = "capture", value_name = "DIR")]
        capture: Option<PathBuf>,
    },
    /// Try the exporter against built-in simulators, with nothing to configure
    Demo {
        /// Start the `prometheus` that is on the PATH as well, with this project's alerts
        #[arg(long = "with-prometheus")]
        with_prometheus: bool,
    },
    /// Ask the exporter that runs here, at the same --web.listen-address and --web.route-prefix, whether it serves
    Healthcheck,
}

/// The flags, each of use to some of the commands.
#[derive(Debug, Args)]
#[command(next_display_order = None)]
pub struct Flags {
    /// The configuration file
    #[arg(long = "config.file", value_name = "FILE", default_value = "fortinet-exporter.yml", global = true)]
    pub config_file: PathBuf,

    /// Check the configuration file and exit
    #[arg(long = "config.check", global = true)]
    pub config_check: bool,

    /// Where to listen, HOST:PORT or unix:/PATH; may be repeated
    #[arg(long = "web.listen-address", value_name = "ADDRESS", default_value = LISTEN, global = true)]
    pub listen_addresses: Vec<Address>,

    /// Listen on the sockets that systemd passes instead
    #[arg(long = "web.systemd-socket", conflicts_with = "listen_addresses", global = true)]
    pub systemd_socket: bool,

    /// TLS, passwords and headers, in the file format of all Prometheus exporters
    #[arg(long = "web.config.file", value_name = "FILE", global = true)]
    pub web_config_file: Option<PathBuf>,

    /// Where the metrics are
    #[arg(long = "web.telemetry-path", value_name = "PATH", default_value = "/metrics", value_parser = path, global = true)]
    pub telemetry_path: String,

    /// Below which path everything is served
    #[arg(long = "web.route-prefix", value_name = "PATH", default_value_t, global = true)]
    pub route_prefix: Prefix,

    /// How many scrapes are answered at once; 0 for no limit
    #[arg(long = "web.max-requests", value_name = "N", default_value_t = 40, global = true)]
    pub max_requests: usize,

    /// Obey POST /-/reload
    #[arg(long = "web.enable-lifecycle", global = true)]
    pub enable_lifecycle: bool,

    /// Leave out the metrics about the process (process_*)
    #[arg(long = "web.disable-exporter-metrics", global = true)]
    pub disable_exporter_metrics: bool,

    /// Which share of the targets to poll, from 0: several exporters with one configuration
    #[arg(long = "shard", value_name = "N", default_value_t = 0, global = true)]
    pub shard: u32,

    /// How many such exporters there are
    #[arg(long = "total-shards", value_name = "M", default_value = "1", global = true)]
    pub total_shards: NonZeroU32,

    /// Take the shard's number from the name of this pod of a StatefulSet
    #[arg(long = "pod", value_name = "NAME", conflicts_with = "shard", global = true)]
    pub pod: Option<String>,

    /// Only log at this level or above: debug, info, warn, error
    #[arg(long = "log.level", value_name = "LEVEL", default_value = "info", value_parser = parse_level, global = true)]
    pub log_level: LevelFilter,

    /// How log lines are written: logfmt, json
    #[arg(long = "log.format", value_name = "FORMAT", default_value = "logfmt", global = true)]
    pub log_format: Format,
}

impl Flags {
    /// Which share of the targets they ask for.
    pub fn shard(&self) -> Result<Shard, String> {
        match &self.pod {
            Some(pod) => Shard::of_pod(pod, self.total_shards),
            None => Shard::new(self.shard, self.total_shards),
        }
    }

    /// What they decide about serving; `inherited` are the sockets of systemd, if they are to be used.
    pub fn serving(&self, shard: Shard, inherited: Option<Vec<Listener>>) -> Serving {
        Serving {
            addresses: self.listen_addresses.clone(),
            inherited,
            web_config: self.web_config_file.clone(),
            telemetry_path: self.telemetry_path.clone(),
            route_prefix: self.route_prefix.clone(),
            max_requests: self.max_requests,
            process_metrics: !self.disable_exporter_metrics,
            lifecycle: self.enable_lifecycle,
            shard,
        }
    }
}

/// Our own routes must not be hidden, and some characters mean something to the router or to whoever asks.
fn path(text: &str) -> Result<String, String> {
    if !text.starts_with('/') || text.contains("//") || text.parse::<Prefix>().is_err() {
        return Err("write a path such as /metrics, of letters, digits, `-`, `.`, `_` and `~`".to_owned());
    }
    if text.starts_with("/-/") || matches!(text, "/probe" | "/sd") {
        return Err("the exporter has another page there; write a path such as /metrics".to_owned());
    }
    Ok(text.to_owned())
}
