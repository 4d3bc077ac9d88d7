//! The values of the DMARC tags.

use std::fmt;

/// What a receiver should do with mail that fails (RFC 9989 4.7), from lenient to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Policy {
    /// Deliver as usual.
    #[default]
    None,
    /// Treat as suspicious.
    Quarantine,
    /// Refuse.
    Reject,
}

/// How exactly an authenticated domain must match the From domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Alignment {
    /// The same organizational domain.
    #[default]
    Relaxed,
    /// The same domain.
    Strict,
}

/// `psd=` (RFC 9989 4.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Psd {
    /// `u`: not said; the default.
    #[default]
    Undecided,
    /// `y`: a public suffix.
    Yes,
    /// `n`: no public suffix; the organizational domain ends here.
    No,
}

/// One value of `fo=` (RFC 9989 4.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureOption {
    /// `0`: when everything failed; the default.
    All,
    /// `1`: when anything failed.
    Any,
    /// `d`: when a DKIM signature failed.
    Dkim,
    /// `s`: when SPF failed.
    Spf,
}

/// Tags of RFC 7489 that RFC 9989 removed (appendix C.5.2). Kept as found, so that a record can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Obsolete {
    /// `pct=`: percentage of mail that the policy applies to, 0 to 100, default 100.
    pub pct: Option<u8>,
    /// `rf=`: format of failure reports, default `afrf`.
    pub rf: Option<String>,
    /// `ri=`: seconds between aggregate reports, default 86400.
    pub ri: Option<u32>,
}

impl Policy {
    /// The value as it stands in a record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// One level more lenient, which is what `t=y` makes of it.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::None | Self::Quarantine => Self::None,
            Self::Reject => Self::Quarantine,
        }
    }

    pub(super) fn read(value: &str) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject]
            .into_iter()
            .find(|policy| value.eq_ignore_ascii_case(policy.as_str()))
    }
}

impl Alignment {
    pub(super) fn read(value: &str) -> Option<Self> {
        match value {
            "r" | "R" => Some(Self::Relaxed),
            "s" | "S" => Some(Self::Strict),
            _ => None,
        }
    }
}

impl Psd {
    pub(super) fn read(value: &str) -> Option<Self> {
        match value {
            "y" | "Y" => Some(Self::Yes),
            "n" | "N" => Some(Self::No),
            "u" | "U" => Some(Self::Undecided),
            _ => None,
        }
    }
}

impl FailureOption {
    /// The value as it stands in a record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "0",
            Self::Any => "1",
            Self::Dkim => "d",
            Self::Spf => "s",
        }
    }

    pub(super) fn read(value: &str) -> Option<Self> {
        [Self::All, Self::Any, Self::Dkim, Self::Spf]
            .into_iter()
            .find(|option| value.eq_ignore_ascii_case(option.as_str()))
    }
}

impl std::str::FromStr for FailureOption {
    type Err = super::ParseError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::read(value).ok_or_else(|| super::ParseError::Value {
            tag: "fo",
            value: value.to_owned(),
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
