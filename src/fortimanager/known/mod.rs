//! What is known of the answers of a FortiManager, beyond what is read.
//!
//! ```text
//! cloud.rs  the sign-in of FortiManager Cloud
//! pages.rs  the pages, and what they fetch by their proxies
//! rpc.rs    what is read by JSON-RPC
//! ```

mod cloud;
mod pages;
mod rpc;

use self::cloud::{LOGIN, TOKEN};
use self::pages::SESSION;
pub(super) use self::pages::{ADOMS, LICENSE, PACKAGES, REPORT, SYSTEM};
use self::rpc::STATUS;
pub(super) use self::rpc::{CONTRACTS, DEVICE_CONTRACTS, DEVICES, HA, TASKS};

use crate::upstream::{Page, Vocabulary};

/// All of it.
pub static VOCABULARY: Vocabulary = Vocabulary {
    pages: &[
        &LICENSE,
        &CONTRACTS,
        &STATUS,
        &HA,
        &TASKS,
        &SYSTEM,
        &ADOMS,
        &SESSION,
        &PACKAGES,
        &REPORT,
        &DEVICES,
        &DEVICE_CONTRACTS,
        &TOKEN,
        &LOGIN,
    ],
    envelope: Page {
        addresses: &[],
        below: "",
        plain: &["code", "data.result.status.code", "id", "result.id", "result.status.code", "status.code"],
        clocks: &[],
        ends: &[],
        private: &[
            "data.result.data",
            "data.result.status.message",
            "data.result.url",
            "message",
            "result.data",
            "result.status.message",
            "result.url",
            "status.message",
        ],
    },
    sign_ins: &["/api/v1/oauth/token", "/cgi-bin/module/flatui_auth", "/p/forticloud_jsonrpc_login"],
    paths: &[
        "/cgi-bin/module/flatui_proxy",
        "/cgi-bin/module/forward",
        "/gui/sys/info",
        "/gui/userauth",
        "/jsonrpc",
        "/p/app",
        "/p/logout",
        "/p/logout-api",
        "/sys/logout",
    ],
    parameters: &["action", "type"],
};

/// Where both the proxy and JSON-RPC put what was asked for.
const DATA: &str = "result.data";
