//! Addresses and prefix lengths in terms (RFC 7208 5.6).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The network of an `ip4:` term. Bits beyond the prefix are kept as written and have no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ip4Network {
    /// The address.
    pub address: Ipv4Addr,
    /// How many leading bits count: 0 to 32, 32 when not given.
    pub prefix: u8,
}

/// The network of an `ip6:` term. Bits beyond the prefix are kept as written and have no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ip6Network {
    /// The address.
    pub address: Ipv6Addr,
    /// How many leading bits count: 0 to 128, 128 when not given.
    pub prefix: u8,
}

/// The prefix lengths of an `a` or `mx` term: `/24//64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DualCidr {
    /// For IPv4: 0 to 32, 32 when not given.
    pub v4: u8,
    /// For IPv6: 0 to 128, 128 when not given.
    pub v6: u8,
}

/// What is wrong with an address or a prefix length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Not four octets.
    #[error("{0:?} is not an IPv4 address of four octets")]
    BadIp4(String),
    /// Not an IPv6 address.
    #[error("{0:?} is not an IPv6 address")]
    BadIp6(String),
    /// An IPv6 address after `ip4:`.
    #[error("{0:?} is an IPv6 address: write ip6:")]
    Ip6InIp4(String),
    /// An IPv4 address after `ip6:`.
    #[error("{0:?} is an IPv4 address: write ip4:")]
    Ip4InIp6(String),
    /// Not a number in range, or one with a leading zero.
    #[error("/{text} is not a prefix length from 0 to {max} without leading zeros")]
    BadPrefix {
        /// What stands after the slash.
        text: String,
        /// 32 or 128.
        max: u8,
    },
}

impl Ip4Network {
    /// The network with the bits beyond the prefix cleared.
    #[must_use]
    pub fn masked(self) -> Self {
        let mask = u32::MAX
            .checked_shl(32 - u32::from(self.prefix.min(32)))
            .unwrap_or(0);
        Self {
            address: Ipv4Addr::from_bits(self.address.to_bits() & mask),
            ..self
        }
    }
}

impl Ip6Network {
    /// The network with the bits beyond the prefix cleared.
    #[must_use]
    pub fn masked(self) -> Self {
        let mask = u128::MAX
            .checked_shl(128 - u32::from(self.prefix.min(128)))
            .unwrap_or(0);
        Self {
            address: Ipv6Addr::from_bits(self.address.to_bits() & mask),
            ..self
        }
    }
}

impl Default for DualCidr {
    fn default() -> Self {
        Self { v4: 32, v6: 128 }
    }
}

impl std::str::FromStr for Ip4Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = split_prefix(text, 32)?;
        match address.parse() {
            Ok(address) => Ok(Self { address, prefix }),
            Err(_) if address.parse::<Ipv6Addr>().is_ok() => {
                Err(NetworkError::Ip6InIp4(address.to_owned()))
            }
            Err(_) => Err(NetworkError::BadIp4(address.to_owned())),
        }
    }
}

impl std::str::FromStr for Ip6Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = split_prefix(text, 128)?;
        match address.parse() {
            Ok(address) => Ok(Self { address, prefix }),
            Err(_) if address.parse::<Ipv4Addr>().is_ok() => {
                Err(NetworkError::Ip4InIp6(address.to_owned()))
            }
            Err(_) => Err(NetworkError::BadIp6(address.to_owned())),
        }
    }
}

fn split_prefix(text: &str, max: u8) -> Result<(&str, u8), NetworkError> {
    match text.split_once('/') {
        Some((address, prefix)) => Ok((address, parse_prefix(prefix, max)?)),
        None => Ok((text, max)),
    }
}

/// A prefix length: digits without a leading zero, at most `max`.
pub(super) fn parse_prefix(text: &str, max: u8) -> Result<u8, NetworkError> {
    let plain =
        text.bytes().all(|octet| octet.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse()
        .ok()
        .filter(|prefix| plain && *prefix <= max)
        .ok_or_else(|| NetworkError::BadPrefix {
            text: text.to_owned(),
            max,
        })
}

impl fmt::Display for Ip4Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if self.prefix == 32 {
            Ok(())
        } else {
            write!(f, "/{}", self.prefix)
        }
    }
}

impl fmt::Display for Ip6Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if self.prefix == 128 {
            Ok(())
        } else {
            write!(f, "/{}", self.prefix)
        }
    }
}

impl fmt::Display for DualCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v4 != 32 {
            write!(f, "/{}", self.v4)?;
        }
        if self.v6 == 128 {
            Ok(())
        } else {
            write!(f, "//{}", self.v6)
        }
    }
}
