//! The status page, for a person in a hurry: what needs attention first, then
//! sums, every target, and every contract by the days it has left.
//!
//! ```text
//! query.rs      what the address asks for: a search, a page
//! search.rs     which targets are looked for
//! facts.rs      the latest of one target
//! alarm.rs      something that should stand otherwise
//! quota.rs      something with a limit, and how full it is
//! contract.rs   a contract, and the days it has left
//! queue.rs      all contracts in the order in which they end
//! overview.rs   what is found in all targets together
//! attention.rs  the list of what needs attention
//! targets.rs    the table of targets
//! contracts.rs  the table of contracts
//! pager.rs      long lists in pages
//! severity.rs   how much something matters: a word and its colour
//! words.rs      times, numbers and sizes in words
//! style.rs      the stylesheet and the content security policy
//! ```
//!
//! All targets are looked at for every page, since the worst come first: at
//! the digest of each, which its last poll has left. Samples are read, put in
//! order and written out only of what is shown. Addresses are relative, so that the page works
//! below any prefix.

mod alarm;
mod attention;
mod contract;
mod contracts;
mod facts;
mod overview;
mod pager;
mod query;
mod queue;
mod quota;
mod search;
mod severity;
mod style;
mod targets;
mod words;

use std::time::SystemTime;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use tokio::time::Instant;

use self::facts::Facts;
use self::overview::Overview;
use self::pager::Pager;
use self::query::Query;
use self::queue::Queue;
use self::search::Search;
use self::words::{number, span};
use crate::observation::{Reading, Store, seconds};
use crate::sharding::Shard;

/// On one page. A target is some ten lines, a contract one.
const TARGETS: usize = 25;
const CONTRACTS: usize = 50;

/// So few targets are found by looking.
const FEW: usize = 10;

/// The page that `query` asks for. `links` are those to the other pages, relative to this one.
pub(super) fn page(store: &Store, shard: Shard, links: &[(&str, &str)], query: Option<&str>) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, style::POLICY.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(render(store, shard, links, &Query::parse(query)).into_string())).into_response()
}

fn render(store: &Store, shard: Shard, links: &[(&str, &str)], query: &Query) -> Markup {
    let (now, today) = (Instant::now(), seconds(SystemTime::now()));
    let (all, words) = (store.targets(), query.words());
    let mut found: Vec<Facts<'_>> = all.iter().map(|target| Facts::of(target, now)).collect();
    if !words.is_empty() {
        let search = Search::among(&found, words);
        found.retain(|facts| search.finds(facts));
    }
    // The worst first, otherwise in the order of the configuration.
    found.sort_by_key(Facts::rank);
    let (overview, mut queue) = (Overview::of(&found), Queue::of(&found, today));
    let to_renew = queue.part(0..queue.to_renew.min(attention::MOST));
    let is_search = !query.text.is_empty();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "fortinet-exporter" @if is_search { ": " (query.text) } }
                style { (PreEscaped(style::STYLE)) }
            }
            body {
                header {
                    h1 { "fortinet-exporter " small { (env!("CARGO_PKG_VERSION")) @if shard.is_one_of_many() { ", " (shard) } } }
                    nav {
                        a href="#targets" { "Targets" }
                        a href="#contracts" { "Contracts" }
                        @for (link, title) in links { a href=(link) { (title) } }
                    }
                    @if is_search || all.len() > FEW { (search(query)) }
                }
                (configuration(store, now))
                main {
                    @if is_search {
                        p { (number(found.len() as u64, "target", "targets")) " of " (all.len()) " found for “" (query.text) "”. " a href="?" { "Show all" } }
                    }
                    @if !found.is_empty() {
                        (attention::section(&found, &overview, &to_renew, queue.to_renew, (now, today)))
                        (overview.tiles(queue.len()))
                    }
                    (targets(&found, query, now, today))
                    (contracts(&mut queue, query))
                }
            }
        }
    }
}

fn search(query: &Query) -> Markup {
    let what = "Name, address, state or what is wrong";
    html! {
        form role="search" method="get" {
            input type="search" name="q" value=(query.text) aria-label={ "Search targets: " (what) } placeholder=(what);
            button { "Search" }
        }
    }
}

fn configuration(store: &Store, now: Instant) -> Markup {
    let accepted = store.configuration.latest().accepted;
    html! {
        p.note {
            "As of " (Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
            ". Configuration in force for " (span(now.saturating_duration_since(accepted))) "."
        }
        (refused("configuration file", &store.configuration, "A restart would fail. Mend the file and reload.", now))
        (refused("web configuration", &store.web_configuration, "Mend the file, and it is read again.", now))
    }
}

fn refused(file: &str, reading: &Reading, fix: &str, now: Instant) -> Markup {
    let age = |at: Instant| span(now.saturating_duration_since(at));
    let latest = reading.latest();
    html! {
        @if let Some(refused) = &latest.refused {
            div.refused role="alert" {
                p {
                    strong { "The " (file) " was refused " (age(refused.at)) " ago." }
                    " The one read " (age(latest.accepted)) " ago stays in force. " (fix)
                }
                pre { (refused.message) }
            }
        }
    }
}

fn targets(found: &[Facts<'_>], query: &Query, now: Instant, today: f64) -> Markup {
    let pager = Pager::new(found.len(), TARGETS, query.targets);
    let nav = pager.nav("targets", |page| {
        let query = Query { targets: page, ..query.clone() };
        format!("{}#targets", query.link())
    });
    html! {
        section aria-labelledby="targets" {
            h2 #targets { "Targets" }
            @if found.is_empty() { p { "There are none." } }
            @else {
                (targets::table(found.get(pager.range()).unwrap_or_default(), now, today))
                (nav)
            }
        }
    }
}

fn contracts(queue: &mut Queue<'_>, query: &Query) -> Markup {
    let pager = Pager::new(queue.len(), CONTRACTS, query.contracts);
    let nav = pager.nav("contracts", |page| {
        let query = Query { contracts: page, ..query.clone() };
        format!("{}#contracts", query.link())
    });
    html! {
        section aria-labelledby="contracts" {
            h2 #contracts { "Contracts by days left" }
            @if queue.len() == 0 { p { "No contract is known yet." } }
            @else {
                (contracts::table(&queue.part(pager.range())))
                (nav)
            }
        }
    }
}
