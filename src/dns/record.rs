//! Values, record sets and zones.

use std::{
    fmt,
    hash::{Hash, Hasher},
    net::{Ipv4Addr, Ipv6Addr},
};

use super::Name;

/// Time to live in seconds (RFC 2181 8: 0 to 2^31-1).
pub type Ttl = u32;

/// The types Mailward writes or has to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// Text.
    Txt,
    /// Alias; excludes every other type at its name (DNS-R2).
    Cname,
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Mail exchanger; read, never written.
    Mx,
    /// Name server; read, never written.
    Ns,
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Txt => "TXT",
            Self::Cname => "CNAME",
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ns => "NS",
        })
    }
}

/// One TXT value: character-strings of at most 255 octets that readers join with nothing between.
///
/// The strings are kept as read, so that a foreign value can be written back byte for byte; two values are
/// equal when their joined octets are (DNS-G1).
#[derive(Clone, Debug)]
pub struct Txt {
    strings: Vec<Vec<u8>>,
}

impl Txt {
    /// A value of ours, cut into strings by octets (DNS-G1).
    pub fn from_text(text: &str) -> Self {
        Self { strings: mail_records::txt::split(text) }
    }

    /// A value as a server or an API gave it.
    pub fn from_strings(strings: Vec<Vec<u8>>) -> Self {
        Self { strings }
    }

    /// The character-strings, in order.
    pub fn strings(&self) -> &[Vec<u8>] {
        &self.strings
    }

    /// The joined octets.
    pub fn octets(&self) -> Vec<u8> {
        self.strings.concat()
    }

    /// The joined text; octets that are no UTF-8 show as U+FFFD. For reading and messages, never for writing back.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.octets()).into_owned()
    }
}

impl PartialEq for Txt {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for Txt {}

impl Hash for Txt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.octets().hash(state);
    }
}

impl PartialOrd for Txt {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Txt {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.octets().cmp(&other.octets())
    }
}

/// One value of a record set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// TXT.
    Txt(Txt),
    /// CNAME and its target.
    Cname(Name),
    /// A.
    A(Ipv4Addr),
    /// AAAA.
    Aaaa(Ipv6Addr),
    /// MX: preference and host; no host is the null MX of RFC 7505.
    Mx(u16, Option<Name>),
    /// NS and its host.
    Ns(Name),
}

impl Value {
    /// A TXT value of ours.
    pub fn text(text: &str) -> Self {
        Self::Txt(Txt::from_text(text))
    }

    /// The type this value belongs to.
    pub fn kind(&self) -> RecordType {
        match self {
            Self::Txt(_) => RecordType::Txt,
            Self::Cname(_) => RecordType::Cname,
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Mx(..) => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
        }
    }

    /// The joined text of a TXT value, `None` for other types.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Txt(txt) => Some(txt.text()),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Txt(txt) => f.write_str(&txt.text()),
            Self::Cname(name) | Self::Ns(name) => f.write_str(&name.fqdn()),
            Self::A(address) => address.fmt(f),
            Self::Aaaa(address) => address.fmt(f),
            Self::Mx(preference, Some(host)) => write!(f, "{preference} {}", host.fqdn()),
            Self::Mx(preference, None) => write!(f, "{preference} ."),
        }
    }
}

/// All values of one type at one name, with the one TTL they share (RFC 2181 5.2, DNS-R5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSet {
    /// Owner name.
    pub name: Name,
    /// Type.
    pub kind: RecordType,
    /// The set's TTL in seconds.
    pub ttl: Ttl,
    /// Values, sorted, without duplicates.
    pub values: Vec<Value>,
}

impl RecordSet {
    /// A set with its values sorted and duplicates removed.
    pub fn new(name: Name, kind: RecordType, ttl: Ttl, mut values: Vec<Value>) -> Self {
        values.sort();
        values.dedup();
        Self { name, kind, ttl, values }
    }
}

/// A zone that a provider serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone {
    /// The apex.
    pub name: Name,
    /// How the provider calls it; the apex again where there is no other id.
    pub id: String,
}
