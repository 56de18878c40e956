//! What needs attention: it stands first.

use maud::{Markup, html};
use tokio::time::Instant;

use super::alarm::Raised;
use super::contract::Contract;
use super::facts::Facts;
use super::overview::Overview;
use super::query::Query;
use super::severity::Severity;
use super::targets::trouble;
use super::words::number;
use crate::observation::Health;

/// So many of each kind are told; the rest stands in the lists below.
pub(super) const MOST: usize = 10;

/// `found` has the worst first; `contracts` are the first of so many `to_renew`.
pub(super) fn section(
    found: &[Facts<'_>],
    overview: &Overview<'_>,
    contracts: &[Contract<'_>],
    to_renew: usize,
    (now, today): (Instant, f64),
) -> Markup {
    let failing = found.partition_point(|facts| facts.digest.health < Health::Waiting);
    let Overview { alarms, tight, .. } = overview;
    // The urgent ones are the first of them.
    let urgent = alarms.partition_point(|raised| raised.severity() == Severity::Bad).min(MOST);
    let alarm = |raised: &Raised<'_>| {
        html! { li { (raised.badge()) div { (name(raised.facts)) ": " (raised.words(today)) } } }
    };
    html! {
        section aria-labelledby="attention" {
            h2 #attention { "Needs attention" }
            @if failing + alarms.len() + tight.len() + to_renew == 0 {
                p { (Severity::Good.badge("all well")) " Nothing does: every target that was polled works, none has what raises an alarm, no contract ends within 30 days, no limit is near." }
            } @else {
                ul.attention {
                    @for facts in found.iter().take(failing.min(MOST)) {
                        li { (facts.badge()) div { (name(facts)) (trouble(facts, now)) } }
                    }
                    (more(failing, "target", "targets", "#targets"))
                    @for raised in alarms.iter().take(urgent) { (alarm(raised)) }
                    @for contract in contracts {
                        li {
                            (contract.badge())
                            div { (name(contract.facts)) ": " (contract.name()) ", " (contract.days()) " (" (contract.date()) ")" }
                        }
                    }
                    (more(to_renew, "contract", "contracts", "#contracts"))
                    @for (facts, filled) in tight.iter().take(MOST) {
                        li {
                            (filled.badge())
                            div { (name(facts)) ": " (filled.title()) ", " span.figures { (filled.figures()) } }
                        }
                    }
                    (more(tight.len(), "limit", "limits", "#targets"))
                    @for raised in alarms.iter().take(MOST).skip(urgent) { (alarm(raised)) }
                    (more(alarms.len(), "alarm", "alarms", "#targets"))
                }
            }
        }
    }
}

/// Leads to the target, on whatever page it stands.
fn name(facts: &Facts<'_>) -> Markup {
    let query = Query { text: facts.target.name.clone(), ..Query::default() };
    html! { a href={ (query.link()) "#targets" } { (facts.target.name) } }
}

fn more(count: usize, one: &str, many: &str, place: &str) -> Markup {
    let rest = count.saturating_sub(MOST) as u64;
    html! {
        @if rest > 0 { li.more { a href=(place) { "and " (number(rest, &format!("more {one}"), &format!("more {many}"))) } } }
    }
}
