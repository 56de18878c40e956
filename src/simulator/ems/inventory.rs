//! What an EMS tells those who are signed in; the same behind its own door and behind the cloud gateway.

use std::sync::Mutex;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::demo_ems_license;
use super::envelope::{data, failure};
use crate::simulator::Answer;
use crate::simulator::call::Call;
use crate::simulator::fleet::Fleet;
use crate::simulator::lock::lock;
use crate::simulator::simulation::Desk;

/// The rows of a page when `count` is forgotten.
const DEFAULT_COUNT: usize = 50;
const DEMO_FLEET: usize = 500;
const SERIAL: &str = "FCTEMS0000000001";

/// Endpoints, licence and version of one EMS.
pub(in crate::simulator) struct Inventory(Mutex<Stock>);

struct Stock {
    fleet: Fleet,
    license: Value,
    license_forbidden: bool,
    version: String,
    page_cap: usize,
}

impl Inventory {
    pub(in crate::simulator) fn demo() -> Self {
        let now = Timestamp::now();
        Self(Mutex::new(Stock {
            fleet: Fleet::demo(DEMO_FLEET, now),
            license: demo_ems_license(now, DEMO_FLEET),
            license_forbidden: false,
            version: "7.4.3".to_owned(),
            page_cap: usize::MAX,
        }))
    }

    pub(in crate::simulator) fn set_fleet(&self, fleet: Fleet) {
        lock(&self.0).fleet = fleet;
    }

    pub(in crate::simulator) fn set_license(&self, data: Value) {
        lock(&self.0).license = data;
    }

    pub(in crate::simulator) fn forbid_license(&self, forbidden: bool) {
        lock(&self.0).license_forbidden = forbidden;
    }

    pub(in crate::simulator) fn set_version(&self, version: &str) {
        version.clone_into(&mut lock(&self.0).version);
    }

    pub(in crate::simulator) fn set_page_cap(&self, rows: usize) {
        lock(&self.0).page_cap = rows;
    }

    /// Answers a GET of this path, which starts with `/api/v1`.
    pub(in crate::simulator) fn answer(&self, desk: &Desk, call: &Call, path: &str) -> Answer {
        if call.method != Method::GET {
            return desk.unknown(call);
        }
        match path {
            "/api/v1/endpoints/index" => self.endpoints(desk, call),
            "/api/v1/license/get" => self.license(),
            "/api/v1/system/serial_number" => data(&json!(SERIAL)),
            // Without its parameter this one is not attested.
            "/api/v1/system/consts/get" if call.parameter("system_update_time") == Some("1") => {
                data(&json!({"System": {"VERSION": lock(&self.0).version}}))
            }
            _ => desk.unknown(call),
        }
    }

    fn license(&self) -> Answer {
        let stock = lock(&self.0);
        if stock.license_forbidden {
            return failure(403, -5, "You do not have permission to do this.");
        }
        data(&stock.license)
    }

    /// `total` counts all rows, whatever page is asked for; past the end a page is empty.
    fn endpoints(&self, desk: &Desk, call: &Call) -> Answer {
        let (fleet, cap) = {
            let stock = lock(&self.0);
            (stock.fleet.clone(), stock.page_cap)
        };
        match page(call) {
            Ok((offset, count)) => {
                let rows: Vec<Value> = fleet.page(offset, count.min(cap)).collect();
                data(&json!({"endpoints": rows, "total": fleet.len()}))
            }
            Err(what) => {
                desk.record.violation(call, &what);
                failure(400, -6, &what)
            }
        }
    }
}

/// Offset and count. The offset is in rows. Filters exist but are not simulated, so they are refused
/// rather than ignored; an order is accepted, the rows have but one.
fn page(call: &Call) -> Result<(usize, usize), String> {
    let (mut offset, mut count) = (0, DEFAULT_COUNT);
    for (name, value) in call.parameters() {
        match name {
            "offset" => offset = whole(name, value)?,
            "count" => count = whole(name, value)?,
            "order_by" | "order_asc" => {}
            _ => return Err(format!("the parameter {name} is unknown")),
        }
    }
    if count == 0 {
        return Err("count must be at least 1".to_owned());
    }
    Ok((offset, count))
}

fn whole(name: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("{name} is not a whole number"))
}
