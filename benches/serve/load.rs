//! Load by `wrk`, the Debian package.

use std::fmt;
use std::process::Command;

use crate::Result;

/// The head of the tables.
pub(crate) const HEAD: &str = "\
| server | encoding | bytes | requests/s | p50 ms | p99 ms | idle MiB | loaded MiB | binary MB |
|---|---|--:|--:|--:|--:|--:|--:|--:|";

/// As many as a handful of Prometheus servers that ask without pause.
const CONNECTIONS: u32 = 8;

/// Whatever else the machine does makes it slower, never faster: of so many loads the best counts.
const ROUNDS: usize = 3;

/// A load of a certain length.
pub(crate) struct Load {
    seconds: u32,
}

/// How it went.
pub(crate) struct Answers {
    per_second: f64,
    median: f64,
    percentile_99: f64,
}

impl Load {
    pub(crate) fn new(seconds: u32) -> Result<Self> {
        Command::new("wrk").arg("-v").output().map_err(|error| format!("wrk: {error}"))?;
        Ok(Self { seconds })
    }

    /// Asks without pause, several times, and gives the best.
    pub(crate) fn run(&self, url: &str, coding: Option<&str>) -> Result<Answers> {
        let rounds: Result<Vec<Answers>> = (0..ROUNDS).map(|_| self.round(url, coding)).collect();
        let best = rounds?.into_iter().max_by(|a, b| a.per_second.total_cmp(&b.per_second));
        best.ok_or_else(|| "no load".into())
    }

    /// A failed answer is a failed measurement.
    fn round(&self, url: &str, coding: Option<&str>) -> Result<Answers> {
        let mut command = Command::new("wrk");
        command.args(["-t1", "--latency", "--timeout", "20s"]);
        command.arg(format!("-c{CONNECTIONS}")).arg(format!("-d{}s", self.seconds));
        if let Some(coding) = coding {
            command.arg("-H").arg(format!("Accept-Encoding: {coding}"));
        }
        let output = command.arg(url).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
            return Err(format!("{url}: {text}{}", String::from_utf8_lossy(&output.stderr)).into());
        }
        let field = |name: &str| -> Result<&str> {
            let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
            Ok(line.ok_or_else(|| format!("wrk says no {name}: {text}"))?.trim())
        };
        Ok(Answers {
            per_second: field("Requests/sec:")?.parse()?,
            median: milliseconds(field("50%")?)?,
            percentile_99: milliseconds(field("99%")?)?,
        })
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, median, percentile_99 } = self;
        write!(f, "{per_second:.0} | {median:.2} | {percentile_99:.2}")
    }
}

/// `123.00us`, `1.23ms`, `1.23s`
fn milliseconds(text: &str) -> Result<f64> {
    let number = text.trim_end_matches(char::is_alphabetic);
    let factor = match text.strip_prefix(number) {
        Some("us") => 0.001,
        Some("ms") => 1.0,
        Some("s") => 1000.0,
        _ => return Err(format!("wrk says {text}").into()),
    };
    Ok(number.parse::<f64>()? * factor)
}
