//! Every contract, those that end first in front.

use maud::{Markup, html};

use super::contract::Contract;

/// A table of these contracts.
pub(super) fn table(contracts: &[Contract<'_>]) -> Markup {
    html! {
        table.contracts {
            thead {
                tr {
                    th scope="col" { "Contract" }
                    th scope="col" { "Target" }
                    th scope="col" { "Ends" }
                    th scope="col" { "Days left" }
                }
            }
            tbody {
                @for contract in contracts {
                    tr {
                        th scope="row" {
                            span.name { (contract.name()) }
                            @if let Some(level) = contract.level() { span.note { (level) } }
                        }
                        td data-title="Target" { (contract.facts.target.name) }
                        td data-title="Ends" { (contract.date()) }
                        td { (contract.badge()) " " (contract.days()) }
                    }
                }
            }
        }
    }
}
