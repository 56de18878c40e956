//! Others, as Debian has them: packages nginx-light, prometheus-node-exporter
//! and prometheus-blackbox-exporter.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::process::{Process, free_address};

/// Serves the files of a folder, and `NAME.gz` in place of `NAME` to whoever takes gzip.
pub(crate) async fn nginx(dir: &Path) -> Result<Process> {
    let address = free_address()?;
    let place = dir.display();
    let config = format!(
        "daemon off; pid {place}/nginx.pid; error_log stderr crit; worker_processes auto;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  default_type text/plain; gzip_static on;
  client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
  open_file_cache max=10;
  server {{ listen {address}; root {place}; }}
}}
"
    );
    let file = dir.join("nginx.conf");
    fs::write(&file, config)?;
    // Its workers are another user when it is started by root.
    let mut permissions = fs::metadata(dir)?.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(dir, permissions)?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(dir).args(["-e", "stderr", "-c"]).arg(&file);
    Process::start(&mut command, address, "/page.prom").await
}

/// With no collector but the one that reads the page from a file.
pub(crate) async fn node_exporter(dir: &Path) -> Result<Process> {
    let address = free_address()?;
    let mut command = Command::new("prometheus-node-exporter");
    command
        .args(["--collector.disable-defaults", "--web.disable-exporter-metrics", "--collector.textfile"])
        .arg(format!("--collector.textfile.directory={}", dir.display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--log.level=error");
    Process::start(&mut command, address, "/metrics").await
}

/// Its page about itself, which is all that it serves without asking somebody.
pub(crate) async fn blackbox_exporter(dir: &Path) -> Result<Process> {
    let address = free_address()?;
    let config = dir.join("blackbox.yml");
    fs::write(&config, "modules: { http_2xx: { prober: http } }\n")?;
    let mut command = Command::new("prometheus-blackbox-exporter");
    command
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--log.level=error");
    Process::start(&mut command, address, "/metrics").await
}
