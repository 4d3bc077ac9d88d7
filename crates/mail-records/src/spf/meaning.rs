//! Whether two records say the same to a receiver.

use super::Spf;
use super::term::{Mechanism, Modifier, Qualifier, Term};

impl Spf {
    /// Whether receivers give the same results for both.
    ///
    /// Not compared: case, spaces, bits beyond a prefix, unknown modifiers, terms after `all`, a `redirect` beside
    /// `all`, duplicates, and the order among neighbouring directives of one qualifier (any of them gives the same
    /// result). No terminal and `?all` are the same (RFC 7208 4.7).
    pub fn same_meaning(&self, other: &Self) -> bool {
        self.essence() == other.essence()
    }

    fn essence(&self) -> Essence {
        let mut runs: Vec<(Qualifier, Vec<String>)> = Vec::new();
        let mut end = End::All(Qualifier::Neutral);
        for term in self.effective_terms() {
            match term {
                Term::Directive {
                    qualifier,
                    mechanism: Mechanism::All,
                } => end = End::All(*qualifier),
                Term::Directive {
                    qualifier,
                    mechanism,
                } => match runs.last_mut() {
                    Some((last, run)) if last == qualifier => run.push(folded(mechanism)),
                    _ => runs.push((*qualifier, vec![folded(mechanism)])),
                },
                Term::Modifier(Modifier::Redirect(target)) => end = End::Redirect(target.folded()),
                Term::Modifier(_) => {}
            }
        }
        for (_, run) in &mut runs {
            run.sort_unstable();
            run.dedup();
        }
        Essence {
            runs,
            end,
            exp: self.exp(),
        }
    }

    fn exp(&self) -> Option<String> {
        self.terms.iter().find_map(|term| match term {
            Term::Modifier(Modifier::Exp(domain)) => Some(domain.folded()),
            _ => None,
        })
    }
}

#[derive(PartialEq)]
struct Essence {
    runs: Vec<(Qualifier, Vec<String>)>,
    end: End,
    exp: Option<String>,
}

#[derive(PartialEq)]
enum End {
    All(Qualifier),
    Redirect(String),
}

/// The mechanism as text in one form for all its spellings.
pub(super) fn folded(mechanism: &Mechanism) -> String {
    let cidr = match mechanism {
        Mechanism::Ip4(network) => return format!("ip4:{}", network.masked()),
        Mechanism::Ip6(network) => return format!("ip6:{}", network.masked()),
        Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } => cidr.to_string(),
        _ => String::new(),
    };
    let domain = mechanism
        .domain()
        .map(|domain| format!(":{}", domain.folded()))
        .unwrap_or_default();
    format!("{}{domain}{cidr}", mechanism.name())
}
