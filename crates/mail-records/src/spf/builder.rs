//! From a list of senders to a record, always in the same order (SPF-G3).

use std::collections::BTreeSet;

use super::Spf;
use super::domain_spec::DomainSpec;
use super::meaning::folded;
use super::network::{DualCidr, Ip4Network, Ip6Network};
use super::term::{Mechanism, Modifier, Qualifier, Term};

/// Collects senders and gives the record: ip4, ip6, a, mx, include, other terms, then one terminal.
///
/// Within a group the order is the caller's; a directive that says the same as an earlier one is left out.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    ip4: Vec<Ip4Network>,
    ip6: Vec<Ip6Network>,
    a: Vec<Option<DomainSpec>>,
    mx: Vec<Option<DomainSpec>>,
    include: Vec<DomainSpec>,
    terms: Vec<Term>,
    all: Option<Qualifier>,
}

/// Why no record can be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Neither `all` nor `redirect=` (SPF-W2: the default is never hidden).
    #[error(
        "the record has no end: say what \"all\" is (fail, softfail or neutral) or end the terms in redirect="
    )]
    NoTerminal,
    /// More than one `all`, or `all` beside `redirect=`.
    #[error("the record has more than one end: keep one \"all\" or one redirect=")]
    SeveralTerminals,
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `ip4:` terms.
    #[must_use]
    pub fn ip4(mut self, networks: impl IntoIterator<Item = Ip4Network>) -> Self {
        self.ip4.extend(networks);
        self
    }

    /// Adds `ip6:` terms.
    #[must_use]
    pub fn ip6(mut self, networks: impl IntoIterator<Item = Ip6Network>) -> Self {
        self.ip6.extend(networks);
        self
    }

    /// Adds `a` terms; `None` is the domain itself.
    #[must_use]
    pub fn a(mut self, domains: impl IntoIterator<Item = Option<DomainSpec>>) -> Self {
        self.a.extend(domains);
        self
    }

    /// Adds `mx` terms; `None` is the domain itself.
    #[must_use]
    pub fn mx(mut self, domains: impl IntoIterator<Item = Option<DomainSpec>>) -> Self {
        self.mx.extend(domains);
        self
    }

    /// Adds `include:` terms.
    #[must_use]
    pub fn include(mut self, domains: impl IntoIterator<Item = DomainSpec>) -> Self {
        self.include.extend(domains);
        self
    }

    /// Adds any terms, in the order given, after everything else and before the end. A `redirect=` among them is the
    /// end, wherever it stands.
    #[must_use]
    pub fn terms(mut self, terms: impl IntoIterator<Item = Term>) -> Self {
        self.terms.extend(terms);
        self
    }

    /// Sets the terminal `all`.
    #[must_use]
    pub fn all(mut self, qualifier: Qualifier) -> Self {
        self.all = Some(qualifier);
        self
    }

    /// The record.
    pub fn build(self) -> Result<Spf, BuildError> {
        let all = self.all.map(|qualifier| Term::Directive {
            qualifier,
            mechanism: Mechanism::All,
        });
        let (mut ends, others): (Vec<_>, Vec<_>) = self.terms.into_iter().partition(is_terminal);
        ends.extend(all);
        let end = match ends.len() {
            0 => return Err(BuildError::NoTerminal),
            1 => ends,
            _ => return Err(BuildError::SeveralTerminals),
        };
        let cidr = DualCidr::default();
        let lists = (self.ip4.into_iter().map(Mechanism::Ip4))
            .chain(self.ip6.into_iter().map(Mechanism::Ip6))
            .chain(
                self.a
                    .into_iter()
                    .map(|domain| Mechanism::A { domain, cidr }),
            )
            .chain(
                self.mx
                    .into_iter()
                    .map(|domain| Mechanism::Mx { domain, cidr }),
            )
            .chain(self.include.into_iter().map(Mechanism::Include))
            .map(|mechanism| Term::Directive {
                qualifier: Qualifier::Pass,
                mechanism,
            });
        Ok(Spf {
            terms: without_duplicates(lists.chain(others).chain(end)),
        })
    }
}

fn is_terminal(term: &Term) -> bool {
    term.is_all() || matches!(term, Term::Modifier(Modifier::Redirect(_)))
}

fn without_duplicates(terms: impl Iterator<Item = Term>) -> Vec<Term> {
    let mut seen = BTreeSet::new();
    terms.filter(|term| seen.insert(key(term))).collect()
}

fn key(term: &Term) -> (Option<Qualifier>, String) {
    match term {
        Term::Directive {
            qualifier,
            mechanism,
        } => (Some(*qualifier), folded(mechanism)),
        Term::Modifier(modifier) => (None, modifier.to_string()),
    }
}
