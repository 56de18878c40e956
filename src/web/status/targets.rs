//! Every target in a row of its own.

use maud::{Markup, html};
use tokio::time::Instant;

use super::alarm::Raised;
use super::facts::Facts;
use super::words::{amount, past, span};
use crate::observation::{Detail, Digest, Part, Told, Unit};

/// A table of these targets.
pub(super) fn table(targets: &[Facts<'_>], now: Instant, today: f64) -> Markup {
    html! {
        table.targets {
            thead {
                tr {
                    th scope="col" { "Target" }
                    th scope="col" { "State" }
                    th scope="col" { "Numbers from" }
                    th scope="col" { "Limits" }
                    th scope="col" { "Totals" }
                }
            }
            tbody { @for facts in targets { (row(facts, now, today)) } }
        }
    }
}

fn row(facts: &Facts<'_>, now: Instant, today: f64) -> Markup {
    let target = facts.target;
    html! {
        tr {
            th scope="row" {
                span.name { (target.name) }
                span.note { (target.system.name) @if let Some(version) = facts.version() { " " (version) } }
                span.note { (target.url) }
            }
            td data-title="State" {
                (facts.badge())
                (trouble(facts, now))
                @for raised in Raised::of(facts) { span.alarm { (raised.badge()) " " (raised.words(today)) } }
                span.note { (next_poll(facts, now)) }
            }
            td data-title="Numbers from" { @for part in &facts.digest.parts { (numbers(part, now)) } }
            td data-title="Limits" { @for filled in facts.quotas() { (filled.bar()) } }
            td data-title="Totals" { (totals(facts, today)) }
        }
    }
}

/// What is wrong with the polls of a target, and what to do about it.
pub(super) fn trouble(facts: &Facts<'_>, now: Instant) -> Markup {
    let names_collector = facts.digest.parts.len() > 1;
    html! {
        @for (part, outcome) in facts.failures() {
            @if let Some(failure) = &outcome.failure {
                span.trouble {
                    @if names_collector { (part.name) " " }
                    "failing for " (span(now.saturating_duration_since(outcome.since))) " (" (failure.reason) "): " (failure.message)
                }
                span.fix {
                    "What to do: " (failure.hint)
                    @if let Some(at) = failure.next_sign_in.filter(|at| *at > now) {
                        ". Next sign-in in " (span(at - now)) " at the earliest, sooner if the secret changes"
                    }
                }
            }
        }
    }
}

fn next_poll(facts: &Facts<'_>, now: Instant) -> String {
    match facts.target.next_poll() {
        None => "next poll not planned yet".to_owned(),
        Some(at) if at > now => format!("next poll in {}", span(at - now)),
        Some(at) if facts.target.is_waiting() => format!("waiting for its turn, for {}", span(now - at)),
        Some(at) => format!("polling now, for {}", span(now - at)),
    }
}

/// The age of what is shown of a collector.
fn numbers(part: &Part, now: Instant) -> Markup {
    let age = part.last_good.map(|at| span(now.saturating_duration_since(at)));
    html! {
        span.part {
            span.what { (part.name) ":" }
            " "
            @match age {
                None => "none yet",
                Some(age) if part.fresh.is_some() => { span.figures { (age) " ago" } },
                Some(age) => { (age) " ago, too old to be shown" },
            }
        }
    }
}

fn totals(facts: &Facts<'_>, today: f64) -> Markup {
    let (system, digest) = (facts.target.system, &facts.digest);
    let totals = system.totals.iter().zip(&digest.totals);
    let totals = totals.filter_map(|(total, value)| Some((total.title, amount((*value)?, Unit::Count))));
    let details =
        system.details.iter().filter_map(|detail| Some((detail.title, told(detail, digest, today)?)));
    let known: Vec<(&str, String)> = totals.chain(details).collect();
    html! {
        @if !known.is_empty() {
            dl.totals {
                @for (title, value) in known { div { dt { (title) } dd { (value) } } }
            }
        }
    }
}

fn told(detail: &Detail, digest: &Digest, today: f64) -> Option<String> {
    match &detail.told {
        Told::Text(text) => digest.text(text, None).map(str::to_owned),
        Told::Age(metric) => digest.series(metric).first().map(|sample| past(sample.value, today)),
    }
}
