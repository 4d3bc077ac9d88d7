//! SPF (RFC 7208): the record, its terms, its cost.
//!
//! [`Spf::parse`] accepts what `check_host()` accepts and refuses what makes it answer permerror; [`Spf::lint`] says
//! what should not be published anyway; [`cost`] counts the DNS lookups a receiver makes for it.

mod builder;
mod cost;
mod domain_spec;
mod error;
mod lint;
mod lint_term;
mod macro_string;
mod meaning;
mod network;
mod parse;
mod term;
mod walk;

use std::fmt;

pub use builder::{BuildError, Builder};
pub use cost::{Cost, Kind, Lookup, Query, cost};
pub use domain_spec::{DomainError, DomainSpec};
pub use error::{ParseError, TermError};
pub use lint::lint_text;
pub use macro_string::{MacroError, MacroString, Part};
pub use network::{DualCidr, Ip4Network, Ip6Network, NetworkError};
pub use term::{Mechanism, Modifier, Qualifier, Term};

/// Most terms that cost a lookup in one whole evaluation; the next one is a permerror (RFC 7208 4.6.4).
pub const MAX_LOOKUPS: u32 = 10;
/// Most lookups that may come back empty; the next one is a permerror (RFC 7208 4.6.4).
pub const MAX_VOIDS: u32 = 2;
/// Most MX hosts one `mx` term may have; the next one is a permerror (RFC 7208 4.6.4).
pub const MAX_MX_HOSTS: usize = 10;
/// Octets that the name and all TXT of one name should stay below, for readers without EDNS (RFC 7208 3.4).
pub const MAX_TEXT: usize = 450;

/// One SPF record. The version is implied: a value of this type is `v=spf1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Spf {
    /// Directives and modifiers as they stand in the record.
    pub terms: Vec<Term>,
}

/// Whether a joined TXT is an SPF record: `v=spf1` in any case, then a space or the end (RFC 7208 4.5).
pub fn is_spf(text: &str) -> bool {
    let (version, rest) = text.split_at_checked(6).unwrap_or((text, ""));
    version.eq_ignore_ascii_case("v=spf1") && (rest.is_empty() || rest.starts_with(' '))
}

/// The one SPF record among the joined TXT values of a name; several are a permerror (RFC 7208 4.5).
pub fn select<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Option<&'a str>, ParseError> {
    let mut records = texts.into_iter().filter(|text| is_spf(text));
    let first = records.next();
    match records.count() {
        0 => Ok(first),
        more => Err(ParseError::Several { count: more + 1 }),
    }
}

impl Spf {
    /// The directives and the redirect that an evaluation can reach: nothing after the first `all`, and no
    /// `redirect` if there is an `all` anywhere (RFC 7208 5.1, 6.1). Modifiers other than `redirect` are left out.
    pub fn effective_terms(&self) -> impl Iterator<Item = &Term> {
        let end = self.terms.iter().position(Term::is_all);
        let directives = self.terms[..end.map_or(self.terms.len(), |at| at + 1)].iter();
        let redirect = if end.is_none() {
            self.terms.as_slice()
        } else {
            &[]
        };
        directives
            .filter(|term| matches!(term, Term::Directive { .. }))
            .chain(
                redirect
                    .iter()
                    .filter(|term| matches!(term, Term::Modifier(Modifier::Redirect(_)))),
            )
    }

    /// How many lookups the terms of this record alone cost, without what is included (RFC 7208 4.6.4).
    pub fn static_lookups(&self) -> u32 {
        self.effective_terms().map(Term::lookups).sum()
    }

    /// The `redirect=` target, whether or not an `all` switches it off.
    pub fn redirect(&self) -> Option<&DomainSpec> {
        self.terms.iter().find_map(|term| match term {
            Term::Modifier(Modifier::Redirect(target)) => Some(target),
            _ => None,
        })
    }

    /// The qualifier of the first `all`.
    pub fn all(&self) -> Option<Qualifier> {
        self.terms.iter().find_map(|term| match term {
            Term::Directive {
                qualifier,
                mechanism: Mechanism::All,
            } => Some(*qualifier),
            _ => None,
        })
    }
}

impl fmt::Display for Spf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v=spf1")?;
        self.terms.iter().try_for_each(|term| write!(f, " {term}"))
    }
}
