//! A headless Chromium, spoken to over its DevTools pipe: JSON messages that
//! end with a NUL, to its file descriptor 3 and from 4.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A browser with one tab, ended when dropped. It blocks: drive it from a thread of its own.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    _profile: tempfile::TempDir,
    session: String,
    asked: u64,
    /// Pages that have been loaded.
    loads: u64,
    /// What pages were not allowed to do, and what else the browser complained of.
    complaints: Vec<String>,
}

impl Browser {
    /// Debian's package `chromium`, with scripts switched off in pages.
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 >/dev/null", "sh"])
            // One that hangs ends, and one whose pipes are closed ends by itself.
            .args(["timeout", "120", "chromium"])
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the Debian package `chromium` is installed");
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let (session, complaints) = (String::new(), Vec::new());
        let mut browser =
            Self { child, to, from, _profile: profile, session, asked: 0, loads: 0, complaints };
        let target = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.ask("Target.attachToTarget", &attach);
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Audits"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        browser.ask("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
        browser
    }

    /// A window this wide, of a person who likes it dark or light.
    pub(crate) fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.ask("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Goes to an address and waits until the page is there.
    pub(crate) fn open(&mut self, url: &str) {
        self.and_load(|browser| {
            browser.ask("Page.navigate", &json!({"url": url}));
        });
    }

    /// Clicks in the middle of what a selector finds first, and waits for the page it leads to.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}});
              const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        );
        let place = self.evaluate(&place);
        self.and_load(|browser| {
            for kind in ["mousePressed", "mouseReleased"] {
                let click =
                    json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
                browser.ask("Input.dispatchMouseEvent", &click);
            }
        });
    }

    /// Types into what has the focus, and presses Enter.
    pub(crate) fn type_and_enter(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({"text": text}));
        let enter = json!({"type": "keyDown", "key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
        self.and_load(|browser| {
            browser.ask("Input.dispatchKeyEvent", &enter);
        });
    }

    /// The value of an expression, which is ours and not the page's.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let question = json!({"expression": expression, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", &question);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// What a reader sees.
    pub(crate) fn text(&mut self) -> String {
        self.evaluate("document.body.innerText").as_str().unwrap().to_owned()
    }

    /// Complaints since the last time.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }

    /// Does something that leads to another page, and waits for that.
    fn and_load(&mut self, act: impl FnOnce(&mut Self)) {
        let before = self.loads;
        act(self);
        while self.loads == before {
            self.hear();
        }
    }

    /// Asks and waits for the answer.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let mut question = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            question["sessionId"] = json!(self.session);
        }
        self.to.write_all(format!("{question}\0").as_bytes()).unwrap();
        loop {
            let mut heard = self.hear();
            if heard["id"] == id {
                assert!(heard.get("error").is_none(), "{method}: {heard}");
                return heard["result"].take();
            }
        }
    }

    /// The next message.
    fn hear(&mut self) -> Value {
        let mut message = Vec::new();
        self.from.read_until(0, &mut message).unwrap();
        message.pop();
        let heard: Value = serde_json::from_slice(&message).expect("Chromium has ended");
        match heard["method"].as_str() {
            Some("Page.loadEventFired") => self.loads += 1,
            Some("Audits.issueAdded") => self.complaints.push(heard["params"]["issue"].to_string()),
            Some("Log.entryAdded") => self.complaints.push(heard["params"]["entry"].to_string()),
            _ => {}
        }
        heard
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
