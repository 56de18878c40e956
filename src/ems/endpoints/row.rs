//! A row: the values of the fields that are counted. Every one may be missing,
//! null, or of another type.

use super::cursor::{Cursor, NotJson};
use super::field::{EVENTS, FEATURES, Field};
use super::shape::Shape;
use crate::upstream::Scalar;

/// One endpoint. A field that the row does not have is `Null`.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// False for something in the list that is not an object.
    pub(super) is_object: bool,
    pub(super) device_id: Scalar<'a>,
    pub(super) os_version: Scalar<'a>,
    pub(super) fct_version: Scalar<'a>,
    /// `None` where the field is missing: `null` means never.
    pub(super) last_seen: Option<Scalar<'a>>,
    pub(super) policy: Scalar<'a>,
    pub(super) group_path: Scalar<'a>,
    pub(super) group_name: Scalar<'a>,
    pub(super) managed: Scalar<'a>,
    pub(super) registered: Scalar<'a>,
    pub(super) online: Scalar<'a>,
    pub(super) on_net: Scalar<'a>,
    pub(super) quarantined: Scalar<'a>,
    pub(super) excluded: Scalar<'a>,
    pub(super) migrating: Scalar<'a>,
    pub(super) policy_synced: Scalar<'a>,
    pub(super) client_current: Scalar<'a>,
    pub(super) av_current: Scalar<'a>,
    /// In the order of [`FEATURES`].
    pub(super) features: [Scalar<'a>; FEATURES.len()],
    /// In the order of [`EVENTS`].
    pub(super) events: [Scalar<'a>; EVENTS.len()],
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self {
            is_object: false,
            device_id: Scalar::Null,
            os_version: Scalar::Null,
            fct_version: Scalar::Null,
            last_seen: None,
            policy: Scalar::Null,
            group_path: Scalar::Null,
            group_name: Scalar::Null,
            managed: Scalar::Null,
            registered: Scalar::Null,
            online: Scalar::Null,
            on_net: Scalar::Null,
            quarantined: Scalar::Null,
            excluded: Scalar::Null,
            migrating: Scalar::Null,
            policy_synced: Scalar::Null,
            client_current: Scalar::Null,
            av_current: Scalar::Null,
            features: std::array::from_fn(|_| Scalar::Null),
            events: std::array::from_fn(|_| Scalar::Null),
        }
    }
}

impl<'a> Row<'a> {
    /// What tells this endpoint from others, if the row says.
    pub(super) fn device_id(&self) -> Option<u64> {
        // Beyond 2^53 two ids may look like one.
        let exact = |id: &f64| id.fract() == 0.0 && *id < 9_007_199_254_740_992.0;
        self.device_id.quantity().filter(exact).map(|id| id as u64)
    }

    /// Becomes the next item of the list; each is a row, whatever it is.
    pub(super) fn read(&mut self, json: &mut Cursor<'a>, shape: &mut Shape) -> Result<(), NotJson> {
        *self = Self::default();
        if !json.eat(b'{') {
            json.skip()?;
            return Ok(());
        }
        self.is_object = true;
        shape.rewind();
        let mut is_first = true;
        while json.has_more(b'}', is_first)? {
            is_first = false;
            match shape.field(json)?.and_then(|field| self.slot(field)) {
                Some(slot) => *slot = json.scalar()?,
                None => drop(json.skip()?),
            }
        }
        Ok(())
    }

    fn slot(&mut self, field: Field) -> Option<&mut Scalar<'a>> {
        Some(match field {
            Field::DeviceId => &mut self.device_id,
            Field::OsVersion => &mut self.os_version,
            Field::FctVersion => &mut self.fct_version,
            Field::LastSeen => self.last_seen.insert(Scalar::Null),
            Field::Policy => &mut self.policy,
            Field::GroupPath => &mut self.group_path,
            Field::GroupName => &mut self.group_name,
            Field::Managed => &mut self.managed,
            Field::Registered => &mut self.registered,
            Field::Online => &mut self.online,
            Field::OnNet => &mut self.on_net,
            Field::Quarantined => &mut self.quarantined,
            Field::Excluded => &mut self.excluded,
            Field::Migrating => &mut self.migrating,
            Field::PolicySynced => &mut self.policy_synced,
            Field::ClientCurrent => &mut self.client_current,
            Field::AvCurrent => &mut self.av_current,
            Field::Feature(index) => self.features.get_mut(index)?,
            Field::Event(index) => self.events.get_mut(index)?,
        })
    }
}
