//! Collector `endpoints` where the target says `endpoints: summary`: what EMS
//! counts itself, for fleets of which even one walk is too much.
//!
//! Two donuts of the dashboard, and for the rest the `total` of an index of one
//! row with a filter: some ten small answers however large the fleet. What EMS
//! does not answer is unknown, and so is what it answers as if no filter had
//! been given.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::access::Access;
use super::{Ems, donut, envelope, metrics as m};
use crate::observation::{Metric, Samples};
use crate::poll::{Collector, Findings};
use crate::upstream::{Client, Deadline, Error, Reason, Scalar, SignIn, Unreadable, Verdict};

const INDEX: &str = "/api/v1/endpoints/index?offset=0&count=1";

/// Something that EMS counts endpoints by: a parameter of the index.
struct Division {
    parameter: &'static str,
    /// Where the same is told at once, by the first of the values.
    donut: Option<&'static str>,
    /// One without a metric is asked for to see whether EMS heeds the parameter.
    values: &'static [(&'static str, Option<&'static Metric>)],
}

static DIVISIONS: [Division; 5] = [
    Division {
        parameter: "management",
        donut: Some("/api/v1/endpoints/management/donut"),
        values: &[("managed", Some(&m::MANAGED)), ("unmanaged", None)],
    },
    Division {
        parameter: "connection",
        donut: Some("/api/v1/endpoints/connection/donut"),
        values: &[
            ("online", Some(&m::ONLINE)),
            ("offlineRecent", None),
            ("offlineNominal", None),
            ("offlineLong", None),
        ],
    },
    Division {
        parameter: "activity",
        donut: None,
        values: &[("emsOnnet", Some(&m::ON_FABRIC)), ("emsOffnet", None)],
    },
    Division {
        parameter: "status",
        donut: None,
        values: &[("quarantined", Some(&m::QUARANTINED)), ("outofsync", Some(&m::OUT_OF_SYNC))],
    },
    Division {
        parameter: "event_type",
        donut: None,
        values: &[
            ("vulnerability", Some(&m::VULNERABLE)),
            ("software_ood", Some(&m::CLIENT_OUTDATED)),
            ("signature_ood", Some(&m::AV_SIGNATURE_OUTDATED)),
        ],
    },
];

pub(super) struct SummaryCollector<S: SignIn<Session = Access>> {
    ems: Arc<Ems<S>>,
    /// Limit of all requests together.
    longest: Duration,
}

impl<S: SignIn<Session = Access>> SummaryCollector<S> {
    pub(super) fn new(ems: Arc<Ems<S>>, longest: Duration) -> Self {
        Self { ems, longest }
    }
}

impl<S: SignIn<Session = Access>> Collector for SummaryCollector<S> {
    fn name(&self) -> &'static str {
        "endpoints"
    }

    fn collect(&self, request: Deadline) -> BoxFuture<'_, Result<Findings, Error>> {
        Box::pin(async move {
            let deadline = request.prolonged_to(self.longest);
            let Ems { client, keeper } = &*self.ems;
            let summary = |access| -> BoxFuture<'static, _> {
                Box::pin(Summary::read(client.clone(), access, deadline))
            };
            keeper.with_session(self.name(), deadline, summary).await
        })
    }
}

/// One reading.
struct Summary {
    client: Client,
    access: Access,
    deadline: Deadline,
    endpoints: f64,
    samples: Samples,
    unreadable: Unreadable,
}

impl Summary {
    async fn read(client: Client, access: Access, deadline: Deadline) -> Result<Findings, Error> {
        let (samples, unreadable) = (Samples::default(), Unreadable::default());
        let mut summary = Self { client, access, deadline, endpoints: 0.0, samples, unreadable };
        let whole = summary.ask(INDEX).await?;
        let lacking =
            || Error::new(Reason::UnexpectedPayload, "EMS answered without the number of endpoints");
        summary.endpoints = total(&whole).ok_or_else(lacking)?;
        summary.samples.push(&m::ENDPOINTS, &[], summary.endpoints);
        for division in &DIVISIONS {
            if !summary.read_donut(division).await? {
                summary.read_totals(division).await?;
            }
        }
        Ok(Findings { samples: summary.samples, unreadable: summary.unreadable })
    }

    /// Whether there is a donut that says it.
    async fn read_donut(&mut self, division: &Division) -> Result<bool, Error> {
        let (Some(path), [(_, Some(metric)), ..]) = (division.donut, division.values) else {
            return Ok(false);
        };
        let tokens: Vec<&str> = division.values.iter().map(|(value, _)| *value).collect();
        let answer = self.ask_for_more(path).await?;
        let share = answer.and_then(|answer| donut::share(&answer, &tokens));
        if let Some(count) = share {
            self.samples.push(metric, &[], count);
        }
        Ok(share.is_some())
    }

    async fn read_totals(&mut self, division: &Division) -> Result<(), Error> {
        let Division { parameter, values, .. } = division;
        let mut totals = Vec::new();
        for (value, metric) in *values {
            let answer = self.ask_for_more(&format!("{INDEX}&{parameter}={value}")).await?;
            totals.extend(answer.and_then(|answer| total(&answer)).map(|total| (*metric, total)));
        }
        if self.endpoints > 0.0 && totals.iter().all(|(_, total)| *total >= self.endpoints) {
            // Each value has every endpoint: EMS takes no notice of the parameter.
            if !totals.is_empty() {
                self.unreadable.count(parameter);
            }
            return Ok(());
        }
        for (metric, total) in totals {
            if let Some(metric) = metric {
                self.samples.push(metric, &[], total);
            }
        }
        Ok(())
    }

    async fn ask(&self, path: &str) -> Result<Value, Error> {
        let reply = self.client.send(self.access.get(path), self.deadline).await?;
        envelope::any_data(&reply)
    }

    /// `None` where EMS is there but does not answer this: older releases, or no permission.
    async fn ask_for_more(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.ask(path).await {
            Ok(data) => Ok(Some(data)),
            Err(error) if is_of_this_alone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn is_of_this_alone(error: &Error) -> bool {
    error.verdict() == Verdict::Unrelated
        && matches!(error.reason(), Reason::HttpStatus | Reason::UnexpectedPayload | Reason::Forbidden)
}

fn total(data: &Value) -> Option<f64> {
    Scalar::from(data.get("total").unwrap_or(data)).quantity()
}
