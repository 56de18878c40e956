//! The log: logfmt or JSON on stderr.
//!
//! Only this crate's own events are shown below warning level. HTTP libraries
//! log headers at trace level, and headers carry cookies.

use std::io;
use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `key=value` pairs.
    Logfmt,
    /// One JSON object per line.
    Json,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "logfmt" => Ok(Self::Logfmt),
            "json" => Ok(Self::Json),
            _ => Err("write `logfmt` or `json`".to_owned()),
        }
    }
}

/// The lowest level shown: `debug`, `info`, `warn`, `error`.
pub fn parse_level(text: &str) -> Result<LevelFilter, String> {
    match text {
        "trace" => Ok(LevelFilter::TRACE),
        "debug" => Ok(LevelFilter::DEBUG),
        "info" => Ok(LevelFilter::INFO),
        "warn" => Ok(LevelFilter::WARN),
        "error" => Ok(LevelFilter::ERROR),
        _ => Err("write `debug`, `info`, `warn` or `error`".to_owned()),
    }
}

/// Sends the process's log to stderr. Called once, by main.
pub fn init(level: LevelFilter, format: Format) {
    let dependencies = level.min(LevelFilter::WARN);
    let filter = Targets::new().with_default(dependencies).with_target("fortinet_exporter", level);
    let layer = match format {
        Format::Logfmt => {
            tracing_logfmt::builder().with_target(false).layer().with_writer(io::stderr).boxed()
        }
        Format::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_writer(io::stderr)
            .boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}
