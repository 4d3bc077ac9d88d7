//! How strict a record is, so that nobody gets a stricter one before it is safe.

use super::Dmarc;
use super::values::{Alignment, Policy};

/// What happens to failing mail, by the domain it claims to come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Strictness {
    /// Mail from the domain itself (`p`).
    pub domain: Level,
    /// Mail from existing subdomains (`sp`, else `p`).
    pub subdomains: Level,
    /// Mail from subdomains that do not exist (`np`, else `sp`, else `p`).
    pub nonexistent: Level,
    /// Whether a DKIM domain must match exactly.
    pub adkim: Alignment,
    /// Whether an SPF domain must match exactly.
    pub aspf: Alignment,
}

/// A policy as applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Level {
    /// What is done, one level lower than written under `t=y`.
    pub policy: Policy,
    /// To how much of the mail in percent; receivers of RFC 9989 take 100 whatever `pct` says. 0 for none.
    pub percent: u8,
}

impl Dmarc {
    /// How strict the record is, with fallbacks, `t` and the obsolete `pct` taken into account.
    pub fn strictness(&self) -> Strictness {
        let level = |policy| Level::of(policy, self.testing, self.obsolete.pct.unwrap_or(100));
        Strictness {
            domain: level(self.policy),
            subdomains: level(self.effective_subdomain_policy()),
            nonexistent: level(self.effective_nonexistent_policy()),
            adkim: self.adkim,
            aspf: self.aspf,
        }
    }

    /// Whether this record would turn away mail that `other` lets through. `None` is no record at all, as strict as
    /// `p=none`; a record inherited from a parent domain must be given as `other` by the caller.
    pub fn is_stricter_than(&self, other: Option<&Self>) -> bool {
        self.strictness()
            .exceeds(&other.map(Self::strictness).unwrap_or_default())
    }
}

impl Strictness {
    /// Whether any kind of mail is treated more strictly than under `other`. Stricter alignment counts where a policy
    /// above none makes it matter.
    pub fn exceeds(&self, other: &Self) -> bool {
        let levels = |it: &Self| [it.domain, it.subdomains, it.nonexistent];
        let higher = levels(self)
            .into_iter()
            .zip(levels(other))
            .any(|(ours, theirs)| ours > theirs);
        let enforces = levels(self).iter().any(|level| level.policy > Policy::None);
        higher || (enforces && (self.adkim > other.adkim || self.aspf > other.aspf))
    }
}

impl Level {
    fn of(policy: Policy, testing: bool, percent: u8) -> Self {
        let policy = if testing { policy.lowered() } else { policy };
        if policy == Policy::None {
            Self::default()
        } else {
            Self { policy, percent }
        }
    }
}
