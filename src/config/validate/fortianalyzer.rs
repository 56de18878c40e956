//! A FortiAnalyzer.

use super::super::{FortiAnalyzer, FortiAnalyzerCollector, Login, raw};
use super::common::Timing;
use super::{Checks, Step};

impl Checks {
    pub(super) fn fortianalyzer(
        &mut self,
        path: &[Step],
        mut raw: raw::FortiAnalyzer,
        defaults: &Timing,
    ) -> Option<FortiAnalyzer> {
        let common = self.common(path, raw.take_common(), defaults, None);
        let is_listed = raw.collectors.is_some();
        let collectors = self.choices(path, "collectors", raw.collectors);
        let account_info = raw.account_info.unwrap_or(false);
        if account_info && !collectors.contains(&FortiAnalyzerCollector::License) {
            self.idle_switch(path, "account_info", "`license`", is_listed);
        }
        let username = self.required(path, "username", raw.username, "a local read-only administrator");
        let password = self.password(path, raw.password, [raw.password_file, raw.password_env]);
        Some(FortiAnalyzer {
            common: common?,
            login: Login { username: username?, password: password? },
            collectors,
            account_info,
        })
    }
}
