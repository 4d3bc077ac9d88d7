//! One wanted slot beside what stands at its name.

use super::{
    Input, Role,
    claim::{Claim, Sighting},
    standing::Holding,
};
use crate::dns::{RecordType, Ttl, Value, Zone};

/// Everything the rules of [`decide`](mod@super::decide) look at.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) claim: &'a Claim<'a>,
    pub(super) zone: &'a Zone,
    pub(super) sighting: Sighting<'a>,
    /// The marker lists the slot.
    pub(super) listed: bool,
    /// The slot was taken over once.
    pub(super) took: bool,
    /// Values of the slot that stand there, in any shape.
    pub(super) there: Vec<&'a Value>,
    /// Those that mean what is wanted; they stay byte for byte.
    pub(super) kept: Vec<&'a Value>,
    /// Those that do not.
    pub(super) extra: Vec<&'a Value>,
    /// Wanted values that nothing there means.
    pub(super) missing: Vec<&'a Value>,
}

impl<'a> Case<'a> {
    pub(super) fn new(input: &'a Input<'a>, holding: &Holding<'_>, claim: &'a Claim<'a>, zone: &'a Zone) -> Self {
        let role = claim.role;
        let sighting = Sighting::new(input.observed, claim.name, role);
        let there = sighting.held();
        let (kept, extra) = there.iter().partition(|there| claim.values.iter().any(|value| role.same(value, there)));
        let is_there = |value: &&Value| there.iter().any(|there| role.same(value, there));
        let missing = claim.values.iter().copied().filter(|value| !is_there(value)).collect();
        let listed = holding.has.contains(claim.slot);
        let took = holding.took.contains(claim.slot);
        Self { input, claim, zone, sighting, listed, took, there, kept, extra, missing }
    }

    pub(super) fn role(&self) -> Role {
        self.claim.role
    }

    /// DNS means what is wanted.
    pub(super) fn is_settled(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty() && !self.has_several()
    }

    /// More values than the role can have.
    pub(super) fn has_several(&self) -> bool {
        self.there.len() > 1 && !self.role().is_multiple()
    }

    /// A foreign value at the slot may be replaced now.
    pub(super) fn may_take(&self) -> bool {
        self.input.takeover.adopt && !self.took
    }

    /// The TTL that a set of this type should have.
    pub(super) fn ttl(&self, kind: RecordType) -> Ttl {
        self.sighting.foreign_ttl(kind).unwrap_or_else(|| self.input.clamp(self.claim.ttl))
    }

    /// TTL now and TTL wanted, where they differ and the set is ours to time: we wrote it byte for byte.
    pub(super) fn retime(&self, value: &Value) -> Option<(Ttl, Ttl)> {
        let set = self.sighting.set(value.kind())?;
        let wanted = self.ttl(value.kind());
        let ours = set.values.iter().all(|there| self.claim.values.contains(&there));
        (ours && set.ttl != wanted).then_some((set.ttl, wanted))
    }
}
