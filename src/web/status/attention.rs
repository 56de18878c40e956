//! What needs attention: it stands first.

use maud::{Markup, html};
use tokio::time::Instant;

use super::facts::{Facts, State};
use super::overview::Overview;
use super::query::Query;
use super::severity::Severity;
use super::targets::trouble;
use super::words::number;

/// So many of each kind are told; the rest stands in the lists below.
const MOST: usize = 10;

/// `found` has the worst first.
pub(super) fn section(found: &[Facts<'_>], overview: &Overview<'_>, now: Instant) -> Markup {
    let failing = found.partition_point(|facts| facts.state < State::Waiting);
    let renew = overview.contracts_to_renew();
    let Overview { alarms, tight, contracts, .. } = overview;
    html! {
        section aria-labelledby="attention" {
            h2 #attention { "Needs attention" }
            @if failing + alarms.len() + tight.len() + renew == 0 {
                p { (Severity::Good.badge("all well")) " Nothing does: every target that was polled works, no contract ends within 30 days, no limit is near." }
            } @else {
                ul.attention {
                    @for facts in found.iter().take(failing.min(MOST)) {
                        li { (facts.state.severity().badge(facts.state.words())) div { (name(facts)) (trouble(facts, now)) } }
                    }
                    (more(failing, "target", "targets", "#targets"))
                    @for (facts, alarm) in alarms.iter().take(MOST) {
                        li { (Severity::Bad.badge("wrong")) div { (name(facts)) ": " (alarm.words) } }
                    }
                    (more(alarms.len(), "alarm", "alarms", "#targets"))
                    @for contract in contracts.iter().take(renew.min(MOST)) {
                        li {
                            (contract.badge())
                            div { (name(contract.facts)) ": " (contract.name()) ", " (contract.days()) " (" (contract.date()) ")" }
                        }
                    }
                    (more(renew, "contract", "contracts", "#contracts"))
                    @for (facts, filled) in tight.iter().take(MOST) {
                        li {
                            (filled.badge())
                            div { (name(facts)) ": " (filled.title()) ", " span.figures { (filled.figures()) } }
                        }
                    }
                    (more(tight.len(), "limit", "limits", "#targets"))
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
