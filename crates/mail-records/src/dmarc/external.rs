//! Which report receivers must say that they want the reports (RFC 9990 4; RFC 7489 7.1).

use std::collections::BTreeSet;

use super::Dmarc;
use crate::name::{self, NameError};

/// A record that the receiver of reports must publish: TXT `v=DMARC1;` at `name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportAuthorization {
    /// `<policy-domain>._report._dmarc.<host>`.
    pub name: String,
    /// The domain that receives the reports and must publish.
    pub host: String,
}

impl ReportAuthorization {
    /// The text to publish. More tags may follow in it, none is needed.
    pub const TEXT: &'static str = "v=DMARC1;";
}

impl Dmarc {
    /// The authorizations that `rua` and `ruf` need (DMARC-G2), each once, in order.
    ///
    /// `policy_domain` is the domain where the record stands. `same_organization` tells whether two domains have one
    /// organizational domain; [`name::is_same_or_below`] is the answer of those who have no better one. A name that is
    /// too long for DNS can never be authorized and is an error (DNS-R1).
    pub fn report_authorizations(
        &self,
        policy_domain: &str,
        same_organization: impl Fn(&str, &str) -> bool,
    ) -> Result<Vec<ReportAuthorization>, NameError> {
        let policy_domain = name::fold(policy_domain);
        let hosts: BTreeSet<_> = self
            .rua
            .iter()
            .chain(&self.ruf)
            .map(|uri| uri.host().to_owned())
            .collect();
        let external = hosts
            .into_iter()
            .filter(|host| !same_organization(host, &policy_domain));
        external
            .map(|host| authorization(&policy_domain, host))
            .collect()
    }
}

fn authorization(policy_domain: &str, host: String) -> Result<ReportAuthorization, NameError> {
    let name = name::prefixed(&format!("{policy_domain}._report.{}", super::PREFIX), &host)?;
    Ok(ReportAuthorization { name, host })
}
