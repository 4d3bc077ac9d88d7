//! Directives and modifiers, and what they look like.

use std::fmt;

use super::domain_spec::DomainSpec;
use super::macro_string::MacroString;
use super::network::{DualCidr, Ip4Network, Ip6Network};

/// One term of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// A mechanism and what it means when it matches.
    Directive {
        /// The result of a match.
        qualifier: Qualifier,
        /// What is matched.
        mechanism: Mechanism,
    },
    /// `name=value`; where it stands has no meaning.
    Modifier(Modifier),
}

/// The result that a match gives (RFC 7208 4.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Qualifier {
    /// `+`, the default.
    #[default]
    Pass,
    /// `-`.
    Fail,
    /// `~`.
    SoftFail,
    /// `?`.
    Neutral,
}

/// What a directive matches (RFC 7208 5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// `all`: everything; ends the evaluation.
    All,
    /// `include:`: what another record passes. Costs a lookup.
    Include(DomainSpec),
    /// `a`: the addresses of a name. Costs a lookup.
    A {
        /// `None` is the domain itself.
        domain: Option<DomainSpec>,
        /// How wide an address is taken.
        cidr: DualCidr,
    },
    /// `mx`: the addresses of a name's MX hosts. Costs a lookup.
    Mx {
        /// `None` is the domain itself.
        domain: Option<DomainSpec>,
        /// How wide an address is taken.
        cidr: DualCidr,
    },
    /// `ptr`: names from the reverse tree; SHOULD NOT be published (RFC 7208 5.5). Costs a lookup.
    Ptr(Option<DomainSpec>),
    /// `ip4:`: an IPv4 network.
    Ip4(Ip4Network),
    /// `ip6:`: an IPv6 network.
    Ip6(Ip6Network),
    /// `exists:`: whether a name has any A record. Costs a lookup.
    Exists(DomainSpec),
}

/// A modifier (RFC 7208 6).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// `redirect=`: if nothing matched, the other record's result. Costs a lookup.
    Redirect(DomainSpec),
    /// `exp=`: where the explanation for a fail stands.
    Exp(DomainSpec),
    /// Anything else; receivers ignore it.
    Unknown {
        /// The name, as written.
        name: String,
        /// The value.
        value: MacroString,
    },
}

impl Term {
    /// Whether this is `all` with any qualifier.
    pub fn is_all(&self) -> bool {
        matches!(
            self,
            Self::Directive {
                mechanism: Mechanism::All,
                ..
            }
        )
    }

    /// What this term counts against the limit of ten: 0 or 1 (RFC 7208 4.6.4).
    pub fn lookups(&self) -> u32 {
        use Mechanism::{A, Exists, Include, Mx, Ptr};
        let costs = match self {
            Self::Directive { mechanism, .. } => {
                matches!(
                    mechanism,
                    Include(_) | A { .. } | Mx { .. } | Ptr(_) | Exists(_)
                )
            }
            Self::Modifier(modifier) => matches!(modifier, Modifier::Redirect(_)),
        };
        u32::from(costs)
    }

    /// The domain-spec of the term, if it has one.
    pub fn domain(&self) -> Option<&DomainSpec> {
        match self {
            Self::Directive { mechanism, .. } => mechanism.domain(),
            Self::Modifier(Modifier::Redirect(domain) | Modifier::Exp(domain)) => Some(domain),
            Self::Modifier(Modifier::Unknown { .. }) => None,
        }
    }
}

impl Mechanism {
    /// The name without colon or value, in lower case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Include(_) => "include",
            Self::A { .. } => "a",
            Self::Mx { .. } => "mx",
            Self::Ptr(_) => "ptr",
            Self::Ip4(_) => "ip4",
            Self::Ip6(_) => "ip6",
            Self::Exists(_) => "exists",
        }
    }

    pub(super) fn domain(&self) -> Option<&DomainSpec> {
        match self {
            Self::Include(domain) | Self::Exists(domain) => Some(domain),
            Self::A { domain, .. } | Self::Mx { domain, .. } | Self::Ptr(domain) => domain.as_ref(),
            Self::All | Self::Ip4(_) | Self::Ip6(_) => None,
        }
    }
}

impl Qualifier {
    /// The character in front of a mechanism; pass is written without one.
    fn prefix(self) -> &'static str {
        match self {
            Self::Pass => "",
            Self::Fail => "-",
            Self::SoftFail => "~",
            Self::Neutral => "?",
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directive {
                qualifier,
                mechanism,
            } => write!(f, "{}{mechanism}", qualifier.prefix()),
            Self::Modifier(modifier) => modifier.fmt(f),
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Some(domain) = self.domain() {
            write!(f, ":{domain}")?;
        }
        match self {
            Self::A { cidr, .. } | Self::Mx { cidr, .. } => cidr.fmt(f),
            Self::Ip4(network) => write!(f, ":{network}"),
            Self::Ip6(network) => write!(f, ":{network}"),
            Self::All | Self::Include(_) | Self::Ptr(_) | Self::Exists(_) => Ok(()),
        }
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(domain) => write!(f, "redirect={domain}"),
            Self::Exp(domain) => write!(f, "exp={domain}"),
            Self::Unknown { name, value } => write!(f, "{name}={value}"),
        }
    }
}
