//! The ADOMs, the packages of each, the report of each: one request after the
//! other, so many at most, and one that fails costs itself alone.

use serde_json::Value;

use super::super::csrf::Csrf;
use super::super::fields::oid;
use super::super::{adoms, forward, known, proxy, system};
use super::package::{self, Package};
use super::report::{self, Report};
use super::samples::{Checked, Fate, Found};
use crate::poll::Findings;
use crate::upstream::{Client, Deadline, Error, Reason, Unreadable, Verdict, aside};

/// Lists of packages asked for in one poll.
const MOST_ADOMS: usize = 100;
/// Reports asked for in one poll.
const MOST_PACKAGES: usize = 200;
/// More than so many answers that do not come in time, and it is not this report that is slow.
const MOST_TIMEOUTS: usize = 2;
/// A report has every shadowed policy in it.
const LARGEST: usize = 8 * 1024 * 1024;

/// The requests of one poll.
pub(super) struct Walk {
    client: Client,
    csrf: Csrf,
    deadline: Deadline,
    unreadable: Unreadable,
    timeouts: usize,
    was_refused: bool,
    /// Why the last one failed that did.
    trouble: Option<Error>,
}

impl Walk {
    pub(super) fn new(client: Client, csrf: Csrf, deadline: Deadline) -> Self {
        let unreadable = Unreadable::default();
        Self { client, csrf, deadline, unreadable, timeouts: 0, was_refused: false, trouble: None }
    }

    pub(super) async fn findings(mut self) -> Result<Findings, Error> {
        let mut found = Found::default();
        let list = self.data(adoms::LIST).await?;
        let mut packages = Vec::new();
        for adom in adoms::listed(&list, &mut self.unreadable)? {
            let fate = if found.adoms.len() < MOST_ADOMS {
                self.packages(adom, &mut packages, &mut found.packages_left_out).await?
            } else {
                Fate::LeftOut
            };
            found.adoms.push(fate);
        }
        for (adom, package) in packages {
            let fate = self.report(adom, package, &mut found.reports).await?;
            found.packages.push(fate);
        }
        if found.reports.iter().any(|checked| checked.report.made.is_some()) {
            let information = self.data(system::INFO).await;
            let information = self.alone(information)?;
            found.zone = information.and_then(|data| system::zone(data.as_object()?));
        }
        self.verdict(&found).await?;
        Ok(Findings { samples: found.samples(), unreadable: self.unreadable })
    }

    /// Adds the packages of an ADOM.
    async fn packages<'a>(
        &mut self,
        adom: &'a Value,
        packages: &mut Vec<(Adom<'a>, Package)>,
        left_out: &mut usize,
    ) -> Result<Fate, Error> {
        let Some(adom) = Adom::of(adom) else {
            self.unreadable.count("adoms");
            return Ok(Fate::Failed);
        };
        let url = format!("/pm/pkg/adom/{}", adom.name);
        let message = format!("{url} answered with no list");
        let room = MOST_PACKAGES.saturating_sub(packages.len());
        let look = move |data: Value| {
            let list = data.as_array().ok_or_else(|| Error::new(Reason::UnexpectedPayload, message))?;
            let mut unreadable = Unreadable::default();
            list.iter().for_each(|entry| known::PACKAGES.look(entry, &mut unreadable.unknown));
            Ok((package::listed(list, room, &mut unreadable), unreadable))
        };
        let listed = forward::ask(&self.client, &self.csrf, &url, self.deadline, look).await;
        let Some((listed, unreadable)) = self.alone(listed)? else { return Ok(Fate::Failed) };
        self.unreadable.add(&unreadable);
        *left_out += listed.left_out;
        packages.extend(listed.packages.into_iter().map(|package| (adom, package)));
        Ok(Fate::Read)
    }

    /// Adds the report of a package.
    async fn report(
        &mut self,
        adom: Adom<'_>,
        package: Package,
        reports: &mut Vec<Checked>,
    ) -> Result<Fate, Error> {
        let url = format!("/gui/adoms/{}/pkgs/{}/consistency-checker", adom.oid, package.oid);
        let answer = self.answer(&url).await;
        let Some(answer) = self.alone(answer)? else { return Ok(Fate::Failed) };
        let Some((report, unreadable)) = answer else { return Ok(Fate::Missing) };
        self.unreadable.add(&unreadable);
        reports.push(Checked { adom: adom.name.to_owned(), package: package.name, report });
        Ok(Fate::Read)
    }

    async fn answer(&self, url: &str) -> Result<Option<(Report, Unreadable)>, Error> {
        let request = proxy::get(&self.csrf, url).body_limit(LARGEST);
        let reply = self.client.send(request, self.deadline).await?;
        let url = url.to_owned();
        aside(reply.body().len(), move || {
            let body = match reply.json::<Value>() {
                Some(body) if reply.is_success() && report::is_missing(&body) => return Ok(None),
                _ => proxy::body(&reply, &url)?,
            };
            let mut unreadable = Unreadable::default();
            let report = report::read(&body, &mut unreadable);
            let report = report.map_err(|()| reply.unexpected("that has no report in it"))?;
            Ok(report.map(|report| (report, unreadable)))
        })
        .await?
    }

    async fn data(&self, url: &str) -> Result<Value, Error> {
        proxy::ask(&self.client, &self.csrf, url, self.deadline).await
    }

    /// One answer of many: what fails for a reason of its own is noted and left out.
    fn alone<T>(&mut self, answer: Result<T, Error>) -> Result<Option<T>, Error> {
        let error = match answer {
            Ok(found) => return Ok(Some(found)),
            Err(error) => error,
        };
        self.timeouts += usize::from(error.reason() == Reason::Timeout);
        if error.reason().ends_the_poll() || self.timeouts > MOST_TIMEOUTS {
            return Err(error);
        }
        self.was_refused |= error.verdict() == Verdict::SessionDead;
        self.trouble = Some(error);
        Ok(None)
    }

    /// Whether what was found is worth something. A session that ends on the way
    /// is refused in the words for an account without the right: if the first
    /// request is answered again, it has not ended.
    async fn verdict(&mut self, found: &Found) -> Result<(), Error> {
        let Some(trouble) = self.trouble.take() else { return Ok(()) };
        if self.was_refused {
            self.data(adoms::LIST).await?;
        }
        let is_known = |fate: &Fate| matches!(fate, Fate::Read | Fate::Missing);
        let has_reports = found.packages.is_empty() || found.packages.iter().any(is_known);
        if found.adoms.iter().any(is_known) && has_reports {
            return Ok(());
        }
        Err(trouble.with_verdict(Verdict::Unrelated))
    }
}

/// What it takes to ask for something of an ADOM.
#[derive(Clone, Copy)]
struct Adom<'a> {
    name: &'a str,
    oid: u64,
}

impl<'a> Adom<'a> {
    fn of(entry: &'a Value) -> Option<Self> {
        let name = entry.get("name")?.as_str()?;
        // It goes into an address.
        let is_odd = |c: char| matches!(c, '/' | '?' | '#' | '&') || c.is_control();
        let is_one_step = !matches!(name, "" | "." | "..") && !name.contains(is_odd);
        is_one_step.then_some(Self { name, oid: oid(entry)? })
    }
}
