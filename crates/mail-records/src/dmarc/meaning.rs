//! Whether two records say the same, and what a record says once fallbacks are applied.

use std::collections::BTreeSet;

use super::Dmarc;
use super::values::{FailureOption, Obsolete, Policy};
use crate::lint::Finding;
use crate::uri::Uri;

impl Dmarc {
    /// The policy for existing subdomains: `sp`, else `p`.
    pub fn effective_subdomain_policy(&self) -> Policy {
        self.subdomain_policy.unwrap_or(self.policy)
    }

    /// The policy for subdomains that do not exist: `np`, else `sp`, else `p`.
    pub fn effective_nonexistent_policy(&self) -> Policy {
        self.nonexistent_policy
            .unwrap_or(self.effective_subdomain_policy())
    }

    /// Whether receivers treat both alike: fallbacks and defaults applied, also those of the obsolete tags; order of
    /// tags and addresses ignored, as is `fo` without `ruf`.
    pub fn same_meaning(&self, other: &Self) -> bool {
        self.essence() == other.essence()
    }

    /// The record without obsolete tags. `pct` below 100 becomes `t=y`, which is the nearest RFC 9989 has (A.6), and
    /// is told.
    #[must_use]
    pub fn modernised(self) -> (Self, Option<Finding>) {
        let partial = self.obsolete.pct.filter(|pct| *pct < 100);
        let finding = partial.map(|pct| {
            let message = format!("pct={pct} no longer exists (RFC 9989 A.6): t=y takes its place, which lowers the policy by one level for all mail");
            Finding::warn("DMARC-W1", message)
        });
        (
            Self {
                testing: self.testing || partial.is_some(),
                obsolete: Obsolete::default(),
                ..self
            },
            finding,
        )
    }

    fn essence(&self) -> impl PartialEq {
        let policies = [
            self.policy,
            self.effective_subdomain_policy(),
            self.effective_nonexistent_policy(),
        ];
        let fo = (!self.ruf.is_empty()).then(|| self.fo_or_default());
        let modes = (self.testing, self.psd, self.adkim, self.aspf, fo);
        (
            policies,
            modes,
            folded(&self.rua),
            folded(&self.ruf),
            self.obsolete.with_defaults(),
        )
    }

    fn fo_or_default(&self) -> BTreeSet<FailureOption> {
        if self.fo.is_empty() {
            BTreeSet::from([FailureOption::All])
        } else {
            self.fo.clone()
        }
    }
}

impl Obsolete {
    fn with_defaults(&self) -> (u8, String, u32) {
        (
            self.pct.unwrap_or(100),
            self.rf.clone().unwrap_or_else(|| "afrf".to_owned()),
            self.ri.unwrap_or(86_400),
        )
    }
}

fn folded(uris: &[Uri]) -> BTreeSet<String> {
    uris.iter().map(Uri::folded).collect()
}
