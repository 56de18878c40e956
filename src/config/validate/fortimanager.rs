//! The ways into a FortiManager, and collectors that need either.

use super::super::{Choice as _, FortiManager, FortiManagerCollector, Login, Secret, WayIn, raw};
use super::common::Timing;
use super::{Checks, Step, below};

/// Which ways in are given; one is at least.
#[derive(Clone, Copy)]
struct Given {
    login: bool,
    token: bool,
}

impl Given {
    /// Without a token a login is what is missing.
    fn by(raw: &raw::FortiManager) -> Self {
        let login = raw.username.is_some()
            || raw.password.is_some()
            || raw.password_file.is_some()
            || raw.password_env.is_some();
        let token = raw.api_token.is_some() || raw.api_token_file.is_some() || raw.api_token_env.is_some();
        Self { login: login || !token, token }
    }

    fn has(self, way_in: WayIn) -> bool {
        match way_in {
            WayIn::Login => self.login,
            WayIn::Token => self.token,
        }
    }
}

impl Checks {
    pub(super) fn fortimanager(
        &mut self,
        path: &[Step],
        mut raw: raw::FortiManager,
        defaults: &Timing,
    ) -> Option<FortiManager> {
        let common = self.common(path, raw.take_common(), defaults, None);
        let given = Given::by(&raw);
        let collectors = self.collectors(path, raw.collectors.take(), given);
        let account_info = raw.account_info.unwrap_or(false);
        let device_series = raw.device_series.unwrap_or(false);
        let api_token = given.token.then(|| self.token(path, &mut raw));
        let login = given.login.then(|| self.login(path, raw));
        let api_token = match api_token {
            Some(token) => Some(token?),
            None => None,
        };
        let login = match login {
            Some(login) => Some(login?),
            None => None,
        };
        Some(FortiManager { common: common?, login, api_token, collectors, account_info, device_series })
    }

    fn login(&mut self, path: &[Step], raw: raw::FortiManager) -> Option<Login> {
        let username = self.required(path, "username", raw.username, "a local read-only administrator");
        let password = self.password(path, raw.password, [raw.password_file, raw.password_env]);
        Some(Login { username: username?, password: password? })
    }

    fn token(&mut self, path: &[Step], raw: &mut raw::FortiManager) -> Option<Secret> {
        let keys = ["api_token", "api_token_file", "api_token_env"];
        let elsewhere = [raw.api_token_file.take(), raw.api_token_env.take()];
        self.secret(path, keys, raw.api_token.take(), elsewhere)
    }

    /// What is to be read. By a token alone that is the contracts, if nothing else is said.
    fn collectors(
        &mut self,
        path: &[Step],
        words: Option<Vec<String>>,
        given: Given,
    ) -> Vec<FortiManagerCollector> {
        use FortiManagerCollector::{Contracts, License};
        let Some(words) = words else {
            return if given.login { FortiManagerCollector::DEFAULT.to_vec() } else { vec![Contracts] };
        };
        let list = below(path, "collectors");
        let chosen = self.choices(path, "collectors", Some(words.clone()));
        for (number, word) in words.iter().enumerate() {
            let known = FortiManagerCollector::WORDS.iter().find(|(known, _)| known == word);
            let Some((_, collector)) = known else { continue };
            let at = [list.as_slice(), &[Step::Item(number)]].concat();
            if !given.has(collector.way_in()) {
                let (what, add) = match collector.way_in() {
                    WayIn::Login => (
                        "it is read from the pages, which take no API token",
                        "`username` and `password_file` of a local read-only administrator",
                    ),
                    WayIn::Token => (
                        "it is read by JSON-RPC with an API token",
                        "`api_token_file` of a REST API administrator",
                    ),
                };
                let or = match collector {
                    License => "write `contracts` in its place",
                    Contracts => "write `license` in its place",
                    _ => "remove it",
                };
                self.problem(&at, what, format!("add {add}, or {or}"));
            } else if *collector == Contracts && chosen.contains(&License) {
                let fix = "remove it: `license` turns to it by itself while the licence page is gone";
                self.problem(&at, "`license` reads the same contracts", fix);
            }
        }
        chosen
    }
}
