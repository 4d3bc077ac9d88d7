//! What a DNS provider must be able to do, and how it says that it could not.
//!
//! A provider knows zones and values. It never sees the CRD, never touches Kubernetes, never sleeps and never
//! retries: it answers with an error kind, and the controller decides. Deciding *what* to change is `plan`'s work.

#[cfg(feature = "azure")]
pub mod azure;
pub mod changes;
#[cfg(feature = "cloudflare")]
pub mod cloudflare;
#[cfg(feature = "digitalocean")]
pub mod digitalocean;
#[cfg(feature = "external-dns")]
pub mod external_dns;
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "http-providers")]
pub mod http;
pub mod manual;
pub mod memory;
#[cfg(feature = "powerdns")]
pub mod powerdns;
#[cfg(feature = "rfc2136")]
pub mod rfc2136;
#[cfg(feature = "route53")]
pub mod route53;
pub mod witness;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;

use crate::dns::{Name, RecordSet, RecordType, Ttl, Value, Zone};

/// Where a record name would have to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneLookup {
    /// The longest zone of this provider that holds the name.
    Found(Zone),
    /// The provider serves a zone above, but an NS set at `cut` hands the name to other servers (DNS-R4):
    /// the parent would accept the write and no resolver would ever see it.
    Delegated {
        /// Where the delegation stands.
        cut: Name,
    },
    /// No zone of this provider holds the name.
    NotFound,
}

/// What stands at some names, as the provider itself stores it: no CNAME followed, no wildcard synthesised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    sets: BTreeMap<(Name, RecordType), RecordSet>,
}

impl Snapshot {
    /// Takes in a set; an empty one is the same as none.
    pub fn insert(&mut self, set: RecordSet) {
        if set.values.is_empty() {
            self.sets.remove(&(set.name.clone(), set.kind));
        } else {
            self.sets.insert((set.name.clone(), set.kind), set);
        }
    }

    /// The set of one type at one name.
    pub fn get(&self, name: &Name, kind: RecordType) -> Option<&RecordSet> {
        self.sets.get(&(name.clone(), kind))
    }

    /// Every set, by name and type.
    pub fn iter(&self) -> impl Iterator<Item = &RecordSet> {
        self.sets.values()
    }
}

/// One change at one name and type, by value: what is not named stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Owner name.
    pub name: Name,
    /// Type.
    pub kind: RecordType,
    /// The set as it was read; the change must fail with [`ErrorKind::Conflict`] when it is another one by now.
    /// `None`: the set must not exist.
    pub expected: Option<RecordSet>,
    /// Values to take away; each is in `expected`.
    pub remove: Vec<Value>,
    /// Values to put there.
    pub add: Vec<Value>,
    /// The TTL the set has afterwards: at shared names the one it had (DNS-R5).
    pub ttl: Ttl,
}

/// How much of a change set happens as one act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atomicity {
    /// All changes to one zone or none.
    ChangeSet,
    /// Each record set by itself.
    RecordSet,
    /// Each value by itself; a replacement is one update by record id, never delete-then-add.
    Value,
}

/// What keeps a write from overwriting what somebody changed since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// The server compares and writes in one act: a set that moved is refused.
    Atomic,
    /// The server cannot compare. What was read is compared by us shortly before the write; somebody else's change in between
    /// is not seen. No foreign value is lost by it where our values are named one by one; where only whole sets can be written
    /// (an old PowerDNS), a value that comes within that moment is.
    Compared,
}

/// What a credential sees, where the provider can list it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Accounts the zones belong to, by name.
    pub accounts: Vec<String>,
    /// Number of zones.
    pub count: usize,
    /// The first of them by name; all if there are as many as `count`.
    pub zones: Vec<String>,
    /// Permissions that the provider says are missing, in its own words, with the zones they are missing for.
    pub missing: Vec<String>,
}

/// What a provider can hold, known before the first call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Smallest TTL in seconds; smaller ones are raised to it.
    pub min_ttl: Ttl,
    /// Largest TTL in seconds; larger ones are lowered to it.
    pub max_ttl: Ttl,
    /// Most octets of one joined TXT value.
    pub max_txt_octets: usize,
    /// What happens as one act.
    pub atomicity: Atomicity,
    /// Whether it publishes at all; `manual` does not, a person does.
    pub publishes: bool,
}

/// What kind of failure it was; decides when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request can never succeed as it is (the provider's rule, a bad name).
    Invalid,
    /// Credentials are missing, wrong or too weak. Trying again is useless until they change.
    Denied,
    /// The set moved between read and write: read again.
    Conflict,
    /// Too many requests; not before this time has passed.
    RateLimited(Duration),
    /// Unreachable, timed out, or an error on the provider's side.
    Transient,
    /// The provider answered something that its documentation rules out.
    Bug,
}

impl ErrorKind {
    /// The kind as a bounded metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Denied => "denied",
            Self::Conflict => "conflict",
            Self::RateLimited(_) => "rate_limited",
            Self::Transient => "transient",
            Self::Bug => "bug",
        }
    }
}

impl ErrorKind {
    /// Whether it lasts until somebody changes something; the other kinds may be gone at the next try.
    pub fn needs_somebody(self) -> bool {
        matches!(self, Self::Invalid | Self::Denied)
    }

    /// For how long no other try is of any use, where the provider or the delete cap said so.
    pub fn pause(self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some(wait),
            _ => None,
        }
    }

    /// The kind as the reason of a condition.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "ProviderInvalid",
            Self::Denied => "ProviderDenied",
            Self::Conflict => "RecordsMoved",
            Self::RateLimited(_) => "RateLimited",
            Self::Transient => "ProviderUnreachable",
            Self::Bug => "ProviderUnexpected",
        }
    }
}

/// A failed provider call. The message is for the user: cut, cleaned, without secrets, and the same for the same fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Decides when to try again.
    pub kind: ErrorKind,
    /// What was wrong, where, and what to do.
    pub message: String,
}

impl Error {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// Result of a provider call.
pub type Result<T> = std::result::Result<T, Error>;

/// A DNS provider with one credential.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What it can hold; asked before the first call.
    fn limits(&self) -> Limits;

    /// How a write is kept from overwriting somebody else's.
    fn precondition(&self) -> Precondition {
        Precondition::Atomic
    }

    /// Whether a credential may be allowed some names of a zone and not others: only then can a part of a refused change set be
    /// granted.
    fn grants_by_name(&self) -> bool {
        false
    }

    /// What the credential sees, with one call; `None` where the provider cannot list its zones.
    async fn look(&self) -> Result<Option<Sight>> {
        Ok(None)
    }

    /// Finds the zone for a record name: the longest match, unless a delegation stands in between.
    async fn zone_of(&self, name: &Name) -> Result<ZoneLookup>;

    /// Reads TXT, CNAME, A and AAAA sets at these names.
    async fn read(&self, zone: &Zone, names: &[Name]) -> Result<Snapshot>;

    /// Makes the changes, in this order, as atomically as [`Limits::atomicity`] says.
    async fn apply(&self, zone: &Zone, changes: &[Change]) -> Result<()>;
}
