//! The real binary as a child process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use reqwest::header::HeaderName;

use super::exposition::Exposition;
use super::until;

/// The configuration file's name.
const CONFIG: &str = "config.yml";

/// The daemon, running on a port of its own; killed when dropped.
pub(crate) struct Binary {
    child: Child,
    /// Holds the configuration file for as long as the process lives.
    dir: tempfile::TempDir,
    log: Arc<Mutex<String>>,
    out: Arc<Mutex<String>>,
    base: String,
    http: reqwest::Client,
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fortinet-exporter"));
    command.env_remove("RUST_BACKTRACE").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the binary to its end with `config` as its configuration file, which
/// `args` may refer to as `CONFIG`.
pub(crate) async fn run(config: &[u8], args: &[&str]) -> Finished {
    run_in(config, args, &[]).await
}

/// The same with further environment variables.
pub(crate) async fn run_in(config: &[u8], args: &[&str], environment: &[(&str, PathBuf)]) -> Finished {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(CONFIG);
    std::fs::write(&path, config).unwrap();
    let args = args.iter().map(|arg| arg.replace("CONFIG", path.to_str().unwrap())).collect::<Vec<_>>();
    let mut command = command();
    command.args(args).envs(environment.iter().cloned());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Binary {
    /// Starts the daemon with a configuration.
    pub(crate) async fn serve(config: &str) -> Self {
        Self::start(config, &["--config.file=CONFIG"]).await
    }

    /// Starts any command that serves, and waits until it does.
    pub(crate) async fn start(config: &str, args: &[&str]) -> Self {
        Self::start_in(config, args, &[]).await
    }

    /// The same with further environment variables.
    pub(crate) async fn start_in(config: &str, args: &[&str], environment: &[(&str, PathBuf)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(CONFIG);
        std::fs::write(&path, config).unwrap();
        let args = args.iter().map(|arg| arg.replace("CONFIG", path.to_str().unwrap()));
        let mut child = command()
            .args(args)
            .args(["--web.listen-address=127.0.0.1:0"])
            .envs(environment.iter().cloned())
            .spawn()
            .expect("the binary starts");
        let log = follow(child.stderr.take().unwrap());
        let out = follow(child.stdout.take().unwrap());
        let mut binary = Self {
            child,
            dir,
            log,
            out,
            base: String::new(),
            http: reqwest::Client::builder().no_proxy().no_gzip().build().unwrap(),
        };
        binary.base = until("a listening address in the log", async || {
            if let Some(status) = binary.child.try_wait().unwrap() {
                panic!("the binary ended with {status}:\n{}", binary.log());
            }
            let log = binary.log();
            let is_ours = |line: &&str| line.contains("listening") && line.contains("127.0.0.1:");
            let line = log.lines().find(is_ours)?.to_owned();
            let at = line.find("127.0.0.1:")?;
            let port: String = line[at + 10..].chars().take_while(char::is_ascii_digit).collect();
            Some(format!("http://127.0.0.1:{port}"))
        })
        .await;
        binary
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// What it has printed so far.
    pub(crate) fn out(&self) -> String {
        self.out.lock().unwrap().clone()
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.send(reqwest::Method::GET, path).await
    }

    /// Asks for a page with further headers.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(HeaderName, &str)]) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.base));
        let add = |request: reqwest::RequestBuilder, (name, value): &(HeaderName, &str)| {
            request.header(name, *value)
        };
        headers.iter().fold(request, add).send().await.unwrap()
    }

    pub(crate) async fn metrics(&self) -> Exposition {
        Exposition(self.get("/metrics").await.text().await.unwrap())
    }

    /// The metrics page once `condition` holds for it.
    pub(crate) async fn metrics_when(
        &self,
        what: &str,
        condition: impl Fn(&Exposition) -> bool,
    ) -> Exposition {
        until(&format!("{what}\nlog so far:\n{}", self.log()), async || {
            let page = self.metrics().await;
            condition(&page).then_some(page)
        })
        .await
    }

    /// The metrics page once every target was polled.
    pub(crate) async fn metrics_when_ready(&self) -> Exposition {
        until("readiness", async || self.get("/-/ready").await.status().is_success().then_some(())).await;
        self.metrics().await
    }

    /// Replaces the configuration file.
    pub(crate) fn write_config(&self, config: &str) {
        std::fs::write(self.dir.path().join(CONFIG), config).unwrap();
    }

    pub(crate) fn remove_config(&self) {
        std::fs::remove_file(self.dir.path().join(CONFIG)).unwrap();
    }

    /// Puts a pipe to which nobody writes in its place.
    pub(crate) fn replace_config_by_a_pipe(&self) {
        self.remove_config();
        make_pipe(&self.dir.path().join(CONFIG));
    }

    /// Sends a signal, such as `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let args = [format!("-{name}"), self.child.id().to_string()];
        assert!(Command::new("kill").args(args).status().unwrap().success());
    }

    /// Sends a request without a body.
    pub(crate) async fn send(&self, method: reqwest::Method, path: &str) -> reqwest::Response {
        self.http.request(method, format!("{}{path}", self.base)).send().await.unwrap()
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) async fn terminate(mut self) -> Finished {
        self.signal("TERM");
        let status = until("the end of the process", async || self.child.try_wait().unwrap()).await;
        // The readers end with the pipes.
        Finished { code: status.code(), stdout: self.out(), stderr: self.log() }
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A named pipe.
pub(crate) fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What comes through a pipe, as it comes.
pub(crate) fn follow(pipe: impl std::io::Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&text);
    std::thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
            shared.lock().unwrap().push_str(&line);
            line.clear();
        }
        let _ = reader.read_to_string(&mut line);
    });
    text
}
