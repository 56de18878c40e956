//! FortiManager Cloud.

use super::super::url::PlainHttp;
use super::super::{ByRpc, Connection, FortiManagerCloud, Tls, raw};
use super::common::Timing;
use super::{Checks, Step, below};

/// Where all of FortiCloud's API users sign in, by what is public.
const AUTH_URL: &str = "https://customerapiauth.fortinet.com";

impl Checks {
    pub(super) fn fortimanager_cloud(
        &mut self,
        path: &[Step],
        mut raw: raw::FortiManagerCloud,
        defaults: &Timing,
    ) -> Option<FortiManagerCloud> {
        let auth_url = raw.auth_url.take().unwrap_or_else(|| AUTH_URL.to_owned());
        let auth_url = self.url(&below(path, "auth_url"), &auth_url, PlainHttp::of(raw.allow_plain_http));
        let common = self.common(path, raw.take_common(), defaults, None);
        let (is_listed, before) = (raw.collectors.is_some(), self.problems.len());
        let collectors = self.choices::<ByRpc>(path, "collectors", raw.collectors);
        let collectors: Vec<_> = collectors.into_iter().map(|ByRpc(collector)| collector).collect();
        let account_info = raw.account_info.unwrap_or(false);
        let device_series = raw.device_series.unwrap_or(false);
        // Of a list with a mistake it is not known.
        if self.problems.len() == before {
            let readers = ["`contracts`", "`devices` or `device_contracts`"];
            self.idle_switches(path, [account_info, device_series], &collectors, is_listed, readers);
        }
        let api_id = self.required(path, "api_id", raw.api_id, "the id of an API user of FortiCloud's IAM");
        let password = self.password(path, raw.password, [raw.password_file, raw.password_env]);
        let common = common?;
        // The name stands in the certificate of the instance alone.
        let tls = Tls { server_name: None, ..common.connection.tls.clone() };
        let auth = Connection { url: auth_url?, tls, proxy: common.connection.proxy.clone() };
        Some(FortiManagerCloud {
            common,
            auth,
            api_id: api_id?,
            password: password?,
            collectors,
            account_info,
            device_series,
        })
    }
}
