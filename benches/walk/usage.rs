//! What a process has used, as Linux tells it in /proc.

use std::fmt;
use std::fs;

use crate::Result;

/// How one run went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Seconds.
    pub(crate) wall: f64,
    /// Seconds of all cores.
    pub(crate) cpu: f64,
    /// Resident memory before the run, in MiB.
    pub(crate) idle: f64,
    /// The most of it during the run.
    pub(crate) peak: f64,
}

impl Run {
    pub(crate) const WORST: Self =
        Self { wall: f64::INFINITY, cpu: f64::INFINITY, idle: 0.0, peak: f64::INFINITY };

    /// The head of the tables.
    pub(crate) const HEAD: &str = "\
| client | wall s | CPU s | idle MiB | peak MiB | above idle MiB |
|---|--:|--:|--:|--:|--:|";

    /// The faster of two.
    pub(crate) fn better(self, other: Self) -> Self {
        if other.wall < self.wall { other } else { self }
    }

    /// What a process that measures itself has printed: the four numbers in this order.
    pub(crate) fn read(line: &str) -> Result<Self> {
        let numbers: std::result::Result<Vec<f64>, _> = line.split_whitespace().map(str::parse).collect();
        match numbers?.as_slice() {
            [wall, cpu, idle, peak] => Ok(Self { wall: *wall, cpu: *cpu, idle: *idle, peak: *peak }),
            _ => Err(format!("no four numbers: {line}").into()),
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wall, cpu, idle, peak } = self;
        write!(f, "{wall:.2} | {cpu:.2} | {idle:.1} | {peak:.1} | {:.1}", peak - idle)
    }
}

/// Resident memory now and at most, in MiB.
pub(crate) fn memory(process: &str) -> Result<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such field")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

/// From now on the most is counted anew.
pub(crate) fn forget_peak(process: &str) -> Result<()> {
    Ok(fs::write(format!("/proc/{process}/clear_refs"), "5")?)
}

/// Seconds of CPU time so far.
pub(crate) fn cpu(process: &str) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name before it may have anything in it.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: std::result::Result<Vec<f64>, _> =
        fields.split_whitespace().skip(11).take(2).map(str::parse).collect();
    // A hundredth of a second each, on every Linux there is.
    Ok(ticks?.iter().sum::<f64>() / 100.0)
}
