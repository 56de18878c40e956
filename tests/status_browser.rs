//! The status page in a browser, Debian's package `chromium`, as a person uses
//! it: on a phone and on a desk, by day and by night, with scripts switched off.

use fortinet_exporter::fortimanager;
use fortinet_exporter::fortimanager::metrics as m;

use crate::support::{Browser, StatusPage, failed, license, whole};

const PHONE: (u32, u32) = (390, 844);
const DESK: (u32, u32) = (1280, 900);

/// What reaches beyond the window, at whatever width of it.
const BEYOND: &str = "[...document.querySelectorAll('body, body *')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width > 1 && (r.right > document.documentElement.clientWidth + 1 || r.left < -1);
}).map(e => e.outerHTML.slice(0, 120))";

/// Texts with less contrast to what is behind them than WCAG's level AA wants of small ones.
const FAINT: &str = "[...document.querySelectorAll('body, body *')].filter(e => {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) return false;
    const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = e;
    while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const [text, ground] = [getComputedStyle(e).color, behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)']
        .map(colour => luminance(rgb(colour)) + 0.05);
    return Math.max(text, ground) / Math.min(text, ground) < 4.5;
}).map(e => e.outerHTML.slice(0, 120))";

/// What a finger hits only with luck.
const TINY: &str = "[...document.querySelectorAll('nav a, input, button')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.height < 24 || r.width < 24;
}).map(e => e.outerHTML)";

/// What should stand on one line and does not.
const TORN: &str =
    "[...document.querySelectorAll('.what, .figures, .badge, .totals dd, .tiles dd')].filter(e =>
    e.getBoundingClientRect().height > 1.7 * parseFloat(getComputedStyle(e).lineHeight)
).map(e => e.outerHTML)";

/// 300 targets in every state, some of them with words of unusual length.
fn crowd() -> StatusPage {
    let mut page = StatusPage::new();
    let ending: Vec<(String, f64)> = (0..30).map(|number| (format!("COD{number}"), 9_999.0)).collect();
    let ending: Vec<(&str, f64)> = ending.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    let contracts = [("AVEN", "AntiVirus Engine", -120), ("FMWR", "Firmware and General Updates", 18)];
    for number in 0..250 {
        let name = format!("fmg-{number:03}");
        let mut samples = license(&[("SPRT", "FortiCare Support", 40 + number)], 50);
        samples.push(&m::DISK_USED, &[], 800.0 * 1_073_741_824.0);
        samples.push(&m::DISK_LIMIT, &[], 1024.0 * 1_073_741_824.0);
        let target = match number {
            7 => page.add_fortimanager(&name, license(&contracts, 94)),
            8 => page.add_fortimanager(&name, whole(0.0, 12_345.0, 400.0, &ending)),
            20 => page.add_stale(&name, samples),
            _ => page.add_fortimanager(&name, samples),
        };
        if number % 60 == 20 {
            target.record(
                0,
                failed(
                    "tls",
                    &format!("the certificate with SHA-256 {} is not trusted", "834a66".repeat(11)),
                ),
            );
        }
    }
    page.add(&format!("fmg-{}", "long".repeat(30)), &fortimanager::SYSTEM);
    (0..49).for_each(|number| drop(page.add_ems(&format!("ems-{number:02}"), 1_000 + number)));
    page
}

/// Runs `act` with a browser beside the runtime.
async fn browse(page: &StatusPage, act: impl FnOnce(&mut Browser, &str) + Send + 'static) {
    let base = page.serve().await;
    tokio::task::spawn_blocking(move || act(&mut Browser::start(), &base)).await.unwrap();
}

fn assert_none(browser: &mut Browser, what: &str, expression: &str) {
    let found = browser.evaluate(expression);
    assert_eq!(found.as_array().unwrap().len(), 0, "{what}: {found:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_and_can_be_read_on_a_phone_and_a_desk_by_day_and_by_night() {
    let page = crowd();
    page.store.configuration.refused(format!("config.yml:3:{}: unknown key", "x".repeat(150)));
    browse(&page, |browser, base| {
        for (width, height) in [PHONE, (320, 640), (768, 1024), DESK] {
            for scheme in ["light", "dark"] {
                browser.look(width, height, scheme);
                browser.open(base);
                let at = format!("{scheme}, {width} px");
                assert_eq!(browser.evaluate("innerWidth"), width, "{at}");
                let sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(browser.evaluate(sideways), 0, "{at}");
                assert_none(browser, &format!("beyond the window, {at}"), BEYOND);
                assert_none(browser, &format!("faint, {at}"), FAINT);
                assert_none(browser, &format!("tiny, {at}"), TINY);
                assert_none(browser, &format!("torn, {at}"), TORN);
                let text = browser.text();
                for words in [
                    "Needs attention",
                    "fmg-020",
                    "AntiVirus Engine (AVEN)",
                    "94 of 100 (94 %)",
                    "and 20 more",
                    "Endpoints",
                ] {
                    assert!(text.contains(words), "{words}, {at}: {text}");
                }
            }
        }
        // The stylesheet is in force, and nothing was refused that the page needs.
        let ground = "getComputedStyle(document.body).backgroundColor";
        assert_eq!(browser.evaluate(ground), "rgb(20, 24, 28)");
        browser.look(DESK.0, DESK.1, "light");
        assert_eq!(browser.evaluate(ground), "rgb(255, 255, 255)");
        assert_eq!(browser.complaints(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_found_by_typing_and_by_leafing() {
    browse(&crowd(), |browser, base| {
        browser.look(PHONE.0, PHONE.1, "light");
        browser.open(base);
        browser.evaluate("document.querySelector('input[name=q]').focus()");
        browser.type_and_enter("FMG-01");
        let text = browser.text();
        assert!(text.contains("10 targets of 300 found for “FMG-01”."), "{text}");
        assert!(text.contains("fmg-013") && !text.contains("fmg-023"), "{text}");
        assert_eq!(browser.evaluate("document.querySelector('input[name=q]').value"), "FMG-01");

        browser.click("main a[href='?']");
        assert!(browser.text().contains("1–25 of 300 targets"));
        browser.click("a[rel=next]");
        browser.click("a[rel=next]");
        let text = browser.text();
        assert!(text.contains("51–75 of 300 targets"), "{text}");
        assert_eq!(browser.evaluate("document.querySelectorAll('.targets tbody tr').length"), 25);
        let list = browser.evaluate("document.querySelector('#targets').getBoundingClientRect().top");
        assert!(list.as_f64().unwrap().abs() < 100.0, "it is at the list, not {list} px from it");
        browser.click("a[rel=last]");
        assert!(browser.text().contains("276–300 of 300 targets"));

        // From what needs attention to its target.
        browser.open(base);
        browser.click(".attention a");
        let text = browser.text();
        assert!(
            text.contains("1 target of 300 found for “fmg-020”.") && text.contains("What to do"),
            "{text}"
        );
        assert_eq!(browser.complaints(), Vec::<String>::new());
    })
    .await;
}
