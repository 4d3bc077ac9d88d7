//! The policy file.

use std::fmt;
use std::str::FromStr;

use super::pattern::{MxPattern, PatternError};
use super::{MAX_MAX_AGE, MAX_POLICY};
use crate::lint::Finding;

/// A policy. The version is implied: `version: STSv1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Policy {
    /// `mode:`.
    pub mode: Mode,
    /// `mx:`, one line for each pattern; at least one unless the mode is none.
    pub mx: Vec<MxPattern>,
    /// `max_age:`, how long senders may keep the policy, in seconds: 0 to 31557600.
    pub max_age: u32,
}

/// What a sender does with a host that does not match or has no valid certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// The domain has no active policy; used to withdraw one (RFC 8461 8.3).
    None,
    /// Deliver and report.
    Testing,
    /// Do not deliver.
    Enforce,
}

/// Why a text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Larger than senders read.
    #[error("the policy has {0} octets, senders read 64 KB")]
    TooLarge(usize),
    /// A line without a colon.
    #[error("line {0:?} is not of the form key: value")]
    BadLine(String),
    /// A key that must be there.
    #[error("the policy has no {0}: line")]
    Missing(&'static str),
    /// Another version.
    #[error("version: {0:?} is not STSv1")]
    Version(String),
    /// Another mode.
    #[error("mode: {0:?} is none of enforce, testing, none")]
    Mode(String),
    /// Not a number, or too large.
    #[error("max_age: {0:?} is not a number of seconds from 0 to {MAX_MAX_AGE}")]
    MaxAge(String),
    /// A wrong pattern.
    #[error(transparent)]
    Mx(#[from] PatternError),
}

impl From<PolicyError> for Finding {
    fn from(error: PolicyError) -> Self {
        Self::reject("STS-R1", error.to_string())
    }
}

impl Policy {
    /// Reads a policy file. Lines end in CRLF or LF; unknown keys are passed over; of a repeated key other than `mx`
    /// the first counts (RFC 8461 3.2).
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY {
            return Err(PolicyError::TooLarge(text.len()));
        }
        let lines = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(read_line)
            .collect::<Result<Vec<_>, _>>()?;
        let first = |wanted: &'static str| {
            lines
                .iter()
                .find(|(key, _)| *key == wanted)
                .map(|(_, value)| *value)
                .ok_or(PolicyError::Missing(wanted))
        };
        match first("version")? {
            "STSv1" => {}
            other => return Err(PolicyError::Version(other.to_owned())),
        }
        let mode = first("mode")?.parse()?;
        let max_age = read_max_age(first("max_age")?)?;
        let mx = lines
            .iter()
            .filter(|(key, _)| *key == "mx")
            .map(|(_, value)| MxPattern::parse(value));
        let mx = mx.collect::<Result<Vec<_>, _>>()?;
        if mx.is_empty() && mode != Mode::None {
            return Err(PolicyError::Missing("mx"));
        }
        Ok(Self { mode, mx, max_age })
    }

    /// The file, lines ended by CRLF; the same policy always gives the same bytes (STS-G1).
    pub fn to_text(&self) -> String {
        let mode = format!("mode: {}", self.mode);
        let max_age = format!("max_age: {}", self.max_age);
        let mx = self.mx.iter().map(|pattern| format!("mx: {pattern}"));
        let lines = ["version: STSv1".to_owned(), mode]
            .into_iter()
            .chain(mx)
            .chain([max_age, String::new()]);
        lines.collect::<Vec<_>>().join("\r\n")
    }

    /// The hosts that no pattern matches (STS-G3: none before the mode goes to enforce).
    pub fn uncovered<'h>(&self, hosts: impl IntoIterator<Item = &'h str>) -> Vec<&'h str> {
        hosts
            .into_iter()
            .filter(|host| !self.mx.iter().any(|pattern| pattern.matches(host)))
            .collect()
    }
}

fn read_line(line: &str) -> Result<(&str, &str), PolicyError> {
    let (key, value) = line
        .split_once(':')
        .ok_or_else(|| PolicyError::BadLine(line.to_owned()))?;
    Ok((key.trim(), value.trim()))
}

fn read_max_age(text: &str) -> Result<u32, PolicyError> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    let age = text
        .parse()
        .ok()
        .filter(|age| digits && *age <= MAX_MAX_AGE);
    age.ok_or_else(|| PolicyError::MaxAge(text.to_owned()))
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text)
    }
}

impl FromStr for Mode {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text {
            "none" => Ok(Self::None),
            "testing" => Ok(Self::Testing),
            "enforce" => Ok(Self::Enforce),
            other => Err(PolicyError::Mode(other.to_owned())),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Testing => "testing",
            Self::Enforce => "enforce",
        })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
