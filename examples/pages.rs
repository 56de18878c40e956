//! Writes the manual pages and the shell completions, for the packages, from the one definition of the command line:
//!
//! ```sh
//! cargo run --example pages -- DIR
//! ```

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap_complete::Shell;
use fortinet_exporter::cli;

/// What the definition does not know.
const MORE: &str = r"
.SH SIGNALS
SIGHUP reads the configuration again; a file with a mistake changes nothing. SIGTERM and SIGINT sign out of every system and end.
.SH FILES
.TP
.I /etc/fortinet\-exporter/fortinet\-exporter.yml
The configuration of the service, readable for everybody: without secrets.
.TP
.I /etc/fortinet\-exporter/secrets/NAME
A secret, for root alone. The service has it as
.IR /run/credentials/fortinet\-exporter.service/secret_NAME .
.TP
.I /usr/share/doc/fortinet\-exporter/
Every key, flag, page and metric.
.TP
.I /usr/share/fortinet\-exporter/
Alert rules for Prometheus, routes for Alertmanager, dashboards for Grafana.
.SH SEE ALSO
.BR prometheus (1),
.BR systemctl (1)
";

fn main() -> io::Result<()> {
    let usage = || io::Error::other("give the folder to write to");
    let dir = std::env::args_os().nth(1).map(PathBuf::from).ok_or_else(usage)?;
    fs::create_dir_all(&dir)?;
    // The version alone: the pages of two commits differ where the command line does.
    let mut command = cli::command().version(env!("CARGO_PKG_VERSION")).long_version(None);
    for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
        clap_complete::generate_to(shell, &mut command, "fortinet-exporter", &dir)?;
    }
    clap_mangen::generate_to(command, &dir)?;
    let page = dir.join("fortinet-exporter.1");
    OpenOptions::new().append(true).open(page)?.write_all(MORE.as_bytes())
}
