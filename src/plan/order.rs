//! The order of changes within a zone.
//!
//! What nothing depends on comes first: SPF and the keys before the DMARC policy that rests on them, the policy host
//! before the `_mta-sts` id that sends readers to it. Deletions run the other way. The marker stands before the first
//! value it lists and goes after the last.

use std::cmp::Reverse;

use super::Role;

/// Position of a change; earlier is smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The marker gains something.
    MarkerFirst,
    /// A value is created or replaced.
    Write(Rank),
    /// A value goes and nothing takes its place.
    Delete(Reverse<Rank>),
    /// The marker only loses something.
    MarkerLast,
}

/// Position of a role among the creations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u8);

impl Step {
    /// The marker's position: first if it gains anything, so that nothing of ours ever stands unlisted.
    pub(super) fn marker(gains: bool) -> Self {
        if gains { Self::MarkerFirst } else { Self::MarkerLast }
    }

    pub(super) fn write(role: Role) -> Self {
        Self::Write(rank(role))
    }

    pub(super) fn delete(role: Role) -> Self {
        Self::Delete(Reverse(rank(role)))
    }
}

fn rank(role: Role) -> Rank {
    Rank(match role {
        Role::Spf => 0,
        Role::DkimKey | Role::DkimCname => 1,
        Role::TlsRpt => 2,
        Role::PolicyHost => 3,
        Role::Dmarc => 4,
        Role::MtaSts => 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_run_against_the_order_of_creations() {
        let roles = [Role::Spf, Role::DkimKey, Role::TlsRpt, Role::PolicyHost, Role::Dmarc, Role::MtaSts];
        let mut steps: Vec<_> = roles.map(Step::delete).into();
        steps.extend([Step::MarkerLast, Step::MarkerFirst]);
        steps.extend(roles.map(Step::write));
        steps.sort();
        let mut expected = vec![Step::MarkerFirst];
        expected.extend(roles.map(Step::write));
        expected.extend(roles.map(Step::delete).into_iter().rev());
        expected.push(Step::MarkerLast);
        assert_eq!(steps, expected);
    }
}
