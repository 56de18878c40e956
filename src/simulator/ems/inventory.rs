//! What an EMS tells those who are signed in; the same behind its own door and behind the cloud gateway.

use std::sync::Mutex;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::demo_ems_license;
use super::envelope::{data, failure};
use super::filters::{self, Filter};
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
    old_index: Option<OldIndex>,
    gzip: bool,
}

/// How the endpoint list of EMS 6.2 takes `offset` and `count`. No capture of the real one is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldIndex {
    /// As that of later releases does.
    Paged,
    /// Not at all: every answer begins with the first row and has as many as the page cap allows.
    Whole,
}

impl Inventory {
    pub(in crate::simulator) fn demo() -> Self {
        let now = Timestamp::now();
        Self(Mutex::new(Stock {
            fleet: Fleet::demo(DEMO_FLEET, now),
            license: demo_ems_license(now, SERIAL, DEMO_FLEET),
            license_forbidden: false,
            version: "7.4.3".to_owned(),
            page_cap: usize::MAX,
            old_index: None,
            gzip: false,
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

    pub(in crate::simulator) fn set_old_index(&self, old: Option<OldIndex>) {
        lock(&self.0).old_index = old;
    }

    pub(in crate::simulator) fn set_gzip(&self, gzip: bool) {
        lock(&self.0).gzip = gzip;
    }

    /// Answers a GET of this path, which starts with `/api/v1`.
    pub(in crate::simulator) fn answer(&self, desk: &Desk, call: &Call, path: &str) -> Answer {
        if call.method != Method::GET {
            return desk.unknown(call);
        }
        match path {
            "/api/v1/endpoints/index" if lock(&self.0).gzip => {
                if !call.header("accept-encoding").is_some_and(|codings| codings.contains("gzip")) {
                    desk.record.violation(call, "gzip is not accepted");
                }
                self.endpoints(desk, call).gzip()
            }
            "/api/v1/endpoints/index" => self.endpoints(desk, call),
            "/api/v1/endpoints/get/" => self.old_endpoints(desk, call),
            "/api/v1/endpoints/management/donut" => self.donut("management"),
            "/api/v1/endpoints/connection/donut" => self.donut("connection"),
            "/api/v1/license/get" => self.license(),
            "/api/v1/system/serial_number" => data(lock(&self.0).license.get("sn").unwrap_or(&Value::Null)),
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

    fn donut(&self, parameter: &str) -> Answer {
        let fleet = lock(&self.0).fleet.clone();
        data(&filters::donut(&fleet, parameter))
    }

    fn endpoints(&self, desk: &Desk, call: &Call) -> Answer {
        let (fleet, cap, old) = {
            let stock = lock(&self.0);
            (stock.fleet.clone(), stock.page_cap, stock.old_index)
        };
        if old.is_some() {
            return not_found();
        }
        match page(call) {
            Ok(page) => page.of(&fleet, cap),
            Err(what) => {
                desk.record.violation(call, &what);
                failure(400, -6, &what)
            }
        }
    }

    fn old_endpoints(&self, desk: &Desk, call: &Call) -> Answer {
        let (fleet, cap, old) = {
            let stock = lock(&self.0);
            (stock.fleet.clone(), stock.page_cap, stock.old_index)
        };
        match (old, page(call)) {
            (None, _) => not_found(),
            (Some(OldIndex::Whole), _) => Page { count: usize::MAX, ..Page::default() }.of(&fleet, cap),
            (Some(OldIndex::Paged), Ok(page)) => page.of(&fleet, cap),
            (Some(OldIndex::Paged), Err(what)) => {
                desk.record.violation(call, &what);
                failure(400, -6, &what)
            }
        }
    }
}

/// What an EMS says to a path of another release: a client may ask to find out.
fn not_found() -> Answer {
    Answer::html(404, "<html><body><h1>Not Found</h1></body></html>")
}

/// The rows a request asks for. The offset is in rows.
struct Page {
    offset: usize,
    count: usize,
    filters: Vec<Filter>,
}

impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, count: DEFAULT_COUNT, filters: Vec::new() }
    }
}

impl Page {
    /// `total` counts all rows that pass, whatever page is asked for; past the end a page is empty.
    fn of(&self, fleet: &Fleet, cap: usize) -> Answer {
        let count = self.count.min(cap);
        if self.filters.is_empty() {
            let rows: Vec<Value> = fleet.page(self.offset, count).collect();
            return data(&json!({"endpoints": rows, "total": fleet.len()}));
        }
        let now = Timestamp::now().as_second();
        let passes = |row: &Value| self.filters.iter().all(|filter| filter(row, now));
        let rows: Vec<Value> = fleet.rows().filter(passes).collect();
        let page: Vec<&Value> = rows.iter().skip(self.offset).take(count).collect();
        data(&json!({"endpoints": page, "total": rows.len()}))
    }
}

/// Filters that exist but are not simulated are refused rather than ignored; an order is accepted, the
/// rows have but one.
fn page(call: &Call) -> Result<Page, String> {
    let mut page = Page::default();
    for (name, value) in call.parameters() {
        match name {
            "offset" => page.offset = whole(name, value)?,
            "count" => page.count = whole(name, value)?,
            "order_by" | "order_asc" => {}
            _ => match filters::filter(name, value) {
                Some(filter) => page.filters.push(filter),
                None => return Err(format!("the parameter {name} is unknown, or its value {value} is")),
            },
        }
    }
    if page.count == 0 {
        return Err("count must be at least 1".to_owned());
    }
    Ok(page)
}

fn whole(name: &str, value: &str) -> Result<usize, String> {
    value.parse().map_err(|_| format!("{name} is not a whole number"))
}
