//! The licence page's JSON → [`License`]. Each key is read on its own: one bad
//! field is counted and left out, the rest stands.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::super::contract::{Contract, text};
use super::super::fields::{Fields, is_nothing};
use super::super::size;
use super::domain::{Day, License, Managed, Platform, Vm};
use super::tables::{DAYS_AGO, FEATURES, KINDS};
use crate::observation::label;
use crate::upstream::{Scalar, Unreadable};

/// A FortiManager has about a dozen contracts and four kinds of devices.
const MOST_ENTRIES: usize = 200;

/// Whether `page` has anything of a licence page. Keys as general as `valid`
/// may stand in any answer.
pub(super) fn is_license(page: &Value) -> bool {
    let keys = [
        "licenses",
        "max_num_dev",
        "current_num_dev",
        "max_num_adom",
        "max_gb_day",
        "used_gb_day",
        "used_disk",
    ];
    page.as_object().is_some_and(|page| keys.iter().any(|key| page.contains_key(*key)))
}

/// Reads what can be read of a licence page.
pub(super) fn decode(page: &Value, unreadable: &mut Unreadable) -> License {
    let nothing = Map::new();
    let mut page = Fields { map: page.as_object().unwrap_or(&nothing), unreadable };
    let used_disk = page.flagged("used_disk");
    License {
        vm: Vm {
            valid: page.flag("valid"),
            duplicate: page.flag("duplicate_license"),
            trial: page.flag("is_vm_trial_lic"),
        },
        devices_used: page.quantity("current_num_dev"),
        devices_limit: page.quantity("max_num_dev"),
        managed: managed(&mut page),
        adoms_limit: page.quantity("max_num_adom"),
        log_today: page.flagged("used_gb_day"),
        log_limit: page.bytes("max_gb_day"),
        log_history: history(&mut page),
        disk_used: page.bytes("used_disk_gb").or(used_disk.bytes),
        disk_exceeded: used_disk.exceeded,
        // The GB twin has no rounding; the text serves where it is missing.
        disk_limit: page.bytes("max_disk_gb").or_else(|| page.bytes("max_disk")),
        features: FEATURES.map(|(key, feature)| (feature, page.flag(key))).to_vec(),
        platform: Platform {
            vm: page.label("is_vm"),
            license_type: page.label("type"),
            encryption_type: page.label("enc_type"),
            vm_meter_license: page.label("fortimeter_lic"),
        },
        account_id: page.label("account_id"),
        company: page.label("company"),
        contracts: contracts(&mut page),
    }
}

impl<'a> Fields<'a> {
    fn bytes(&mut self, key: &'static str) -> Option<f64> {
        let value = self.scalar(key);
        self.unreadable.check(key, &value, size::bytes(&value))
    }

    fn flagged(&mut self, key: &'static str) -> size::Flagged {
        let value = self.scalar(key);
        let size = size::flagged(&value);
        let has_flag = matches!(&value, Scalar::Text(text) if text.contains('#'));
        if !value.is_empty() && (size.bytes.is_none() || has_flag && size.exceeded.is_none()) {
            self.unreadable.count(key);
        }
        size
    }
}

/// `dev_num_count`: `{"fgt_cnt": {"label": …, "val": 50}, …}`.
fn managed(page: &mut Fields<'_>) -> Vec<Managed> {
    let Some(counts) = page.object("dev_num_count") else { return Vec::new() };
    if counts.len() > MOST_ENTRIES {
        page.unreadable.count("dev_num_count");
    }
    let read = counts.iter().take(MOST_ENTRIES).map(|(key, entry)| {
        let kind = KINDS.iter().find(|(known, _)| known == key).map_or(key.as_str(), |(_, kind)| kind);
        // A bare number in place of the object is as good.
        let value = Scalar::from(entry.get("val").unwrap_or(entry));
        let unlabelled = matches!(entry, Value::Object(map) if !map.contains_key("val"));
        let value = if unlabelled { Scalar::Null } else { value };
        let count = page.unreadable.check("dev_num_count.*.val", &value, value.quantity());
        Managed { kind: label(kind), count }
    });
    read.collect()
}

/// `used_gb_day_history`: today first, then the days before, newest first.
///
/// The date decides how long ago a day is, so that a day missing from the list
/// shifts nothing; where no date can be read, the position does.
fn history(page: &mut Fields<'_>) -> Vec<Day> {
    let rows = match page.map.get("used_gb_day_history") {
        Some(Value::Array(rows)) => rows,
        Some(other) if !is_nothing(other) => {
            page.unreadable.count("used_gb_day_history");
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    let dates: Vec<Option<Date>> = rows.iter().map(|row| row.get("date").and_then(date)).collect();
    // The newest date and its position give the date of position 0, which is today.
    let today = dates
        .iter()
        .zip(0i64..)
        .find_map(|(date, index)| date.as_ref()?.checked_add(jiff::Span::new().try_days(index).ok()?).ok());
    let mut days: Vec<Day> = Vec::new();
    for ((row, date), index) in rows.iter().zip(&dates).zip(0i64..) {
        let days_ago = match (today, date) {
            (Some(today), Some(date)) => today.since(*date).map_or(index, |span| i64::from(span.get_days())),
            _ => index,
        };
        let text = row.get("date").map(Scalar::from).unwrap_or_default();
        if date.is_none() && index > 0 {
            page.unreadable.check::<()>("used_gb_day_history.date", &text, None);
        }
        if !DAYS_AGO.contains(&days_ago) || days.iter().any(|day| day.days_ago == days_ago) {
            continue;
        }
        let used = row.get("used").map(Scalar::from).unwrap_or_default();
        let exceeded = row.get("is_exceed").map(Scalar::from).unwrap_or_default();
        days.push(Day {
            days_ago,
            used: page.unreadable.check("used_gb_day_history.used", &used, size::bytes(&used)),
            exceeded: page.unreadable.check("used_gb_day_history.is_exceed", &exceeded, exceeded.flag()),
        });
    }
    days
}

/// `Aug 08, 2023`, or the ISO form.
fn date(value: &Value) -> Option<Date> {
    let text = value.as_str()?.trim();
    let date = Date::strptime("%b %d, %Y", text).or_else(|_| text.parse()).ok()?;
    (2000..=2200).contains(&date.year()).then_some(date)
}

/// `licenses`: `{"AVEN": {"css": …, "txt": …, "status": …}, …}`.
fn contracts(page: &mut Fields<'_>) -> Vec<Contract> {
    let Some(licenses) = page.object("licenses") else { return Vec::new() };
    let mut read: Vec<Contract> = Vec::new();
    for (code, entry) in licenses {
        let code = label(code);
        if entry.is_null() || code.is_empty() || read.iter().any(|contract| contract.code == code) {
            continue;
        }
        if read.len() >= MOST_ENTRIES {
            page.unreadable.count("licenses");
            break;
        }
        let Value::Object(entry) = entry else {
            page.unreadable.count("licenses.*");
            continue;
        };
        let field = |key: &str| entry.get(key).map(Scalar::from).unwrap_or_default();
        let (txt, css) = (field("txt"), field("css"));
        let status = match field("status") {
            status if status.is_empty() => css,
            status => status,
        };
        let status = page.unreadable.check("licenses.*.status", &status, status.text());
        let status = status.filter(|status| !status.trim().is_empty()).map(|status| label(&status));
        let words = txt.text().unwrap_or_default();
        read.push(Contract {
            code,
            active: status.as_deref().map(|status| status.eq_ignore_ascii_case("ok")),
            status,
            level: label(text::level(&words)),
            expiry: page.unreadable.check("licenses.*.txt", &txt, text::expiry(&words)),
        });
    }
    read
}
