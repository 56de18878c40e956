//! The ways into a FortiManager, and collectors that need either.

use super::super::FortiManagerCollector::{Contracts, DeviceContracts, Devices, License};
use super::super::{Choice as _, FortiManager, FortiManagerCollector, Login, Secret, WayIn, raw};
use super::common::Timing;
use super::{Checks, Step, below};

/// What is to be added for either way in.
const LOGIN: &str = "`username` and `password_file` of a local read-only administrator";
const TOKEN: &str = "`api_token_file` of a REST API administrator";

/// Which ways in are given, whole or in part.
#[derive(Clone, Copy)]
struct Given {
    login: bool,
    token: bool,
}

impl Given {
    fn by(raw: &raw::FortiManager) -> Self {
        let login = raw.username.is_some()
            || raw.password.is_some()
            || raw.password_file.is_some()
            || raw.password_env.is_some();
        let token = raw.api_token.is_some() || raw.api_token_file.is_some() || raw.api_token_env.is_some();
        Self { login, token }
    }

    /// Where nothing is given, that is told by itself.
    fn lacks(self, way_in: WayIn) -> bool {
        match way_in {
            WayIn::Login => self.token && !self.login,
            WayIn::Token => self.login && !self.token,
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
        let (is_listed, before) = (raw.collectors.is_some(), self.problems.len());
        let collectors = self.collectors(path, raw.collectors.take(), given);
        if !given.login && !given.token {
            self.no_way_in(path, if is_listed { &collectors } else { &[] });
        }
        let account_info = raw.account_info.unwrap_or(false);
        let device_series = raw.device_series.unwrap_or(false);
        // Of a list with a mistake it is not known.
        if self.problems.len() == before {
            let readers = ["`license` or `contracts`", "`devices` or `device_contracts`"];
            self.idle_switches(path, [account_info, device_series], &collectors, is_listed, readers);
        }
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
        if login.is_none() && api_token.is_none() {
            return None;
        }
        Some(FortiManager { common: common?, login, api_token, collectors, account_info, device_series })
    }

    /// Complains of what is asked for of collectors that are not; `readers` would be those.
    pub(super) fn idle_switches(
        &mut self,
        path: &[Step],
        [account_info, device_series]: [bool; 2],
        collectors: &[FortiManagerCollector],
        is_listed: bool,
        [of_account, of_devices]: [&str; 2],
    ) {
        let reads = |wanted: [FortiManagerCollector; 2]| wanted.iter().any(|one| collectors.contains(one));
        if account_info && !reads([License, Contracts]) {
            self.idle_switch(path, "account_info", of_account, is_listed);
        }
        if device_series && !reads([Devices, DeviceContracts]) {
            self.idle_switch(path, "device_series", of_devices, is_listed);
        }
    }

    /// Complains that neither a login nor a token is given; what is to be read decides which is wanted.
    fn no_way_in(&mut self, path: &[Step], collectors: &[FortiManagerCollector]) {
        let [login, token] =
            [WayIn::Login, WayIn::Token].map(|way_in| collectors.iter().any(|one| one.way_in() == way_in));
        let fix = match (login, token) {
            (true, false) => format!("add {LOGIN}"),
            (false, true) => format!("add {TOKEN}"),
            (true, true) => format!("add {LOGIN}, and {TOKEN}"),
            (false, false) => format!("add {LOGIN}, or {TOKEN}, which reads less"),
        };
        self.absence(path, "neither a login nor an API token is given", fix);
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
        let Some(words) = words else {
            return if given.lacks(WayIn::Login) {
                vec![Contracts]
            } else {
                FortiManagerCollector::DEFAULT.to_vec()
            };
        };
        let list = below(path, "collectors");
        let chosen = self.choices(path, "collectors", Some(words.clone()));
        for (number, word) in words.iter().enumerate() {
            let known = FortiManagerCollector::WORDS.iter().find(|(known, _)| known == word);
            let Some((_, collector)) = known else { continue };
            let at = [list.as_slice(), &[Step::Item(number)]].concat();
            if given.lacks(collector.way_in()) {
                let (what, add) = match collector.way_in() {
                    WayIn::Login => ("it is read from the pages, which take no API token", LOGIN),
                    WayIn::Token => ("it is read by JSON-RPC with an API token", TOKEN),
                };
                let or = match collector {
                    License => "write `contracts` in its place",
                    Contracts => "write `license` in its place",
                    _ => "remove it",
                };
                self.absence(&at, what, format!("add {add}, or {or}"));
            } else if *collector == Contracts && chosen.contains(&License) {
                let fix = "remove it: `license` turns to it by itself while the licence page is gone";
                self.problem(&at, "`license` reads the same contracts", fix);
            }
        }
        chosen
    }
}
