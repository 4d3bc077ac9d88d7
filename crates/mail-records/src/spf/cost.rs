//! What a record costs a receiver, with everything it includes (SPF-G2, SPF-R1). Nothing is asked here: the caller
//! answers, from DNS or from what it knows without.

use std::collections::BTreeSet;

use super::Spf;
use super::walk::Walk;
use crate::lint::Finding;
use crate::name;

/// A question that the walk puts to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Query<'a> {
    /// What is asked for.
    pub kind: Kind,
    /// The name, in lower case without a trailing dot.
    pub domain: &'a str,
}

/// What a [`Query`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// All joined TXT values: [`Lookup::Txt`].
    Txt,
    /// Whether there is any A or AAAA record: [`Lookup::Found`].
    Address,
    /// Whether there is any A record: [`Lookup::Found`].
    Ip4,
    /// The MX host names: [`Lookup::Hosts`].
    Mx,
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The joined TXT values of the name, whatever they hold.
    Txt(Vec<String>),
    /// The MX host names; one empty name (or `.`) is a null MX.
    Hosts(Vec<String>),
    /// There are records.
    Found,
    /// NXDOMAIN, or no record of the type: a void lookup.
    Void,
    /// Nobody asked, or nobody answered. The cost becomes a lower bound.
    Unknown,
}

/// What an evaluation that matches nothing costs: the worst case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cost {
    /// Terms that cost a lookup, over all records (limit [`MAX_LOOKUPS`](super::MAX_LOOKUPS)).
    pub terms: u32,
    /// Lookups that come back empty, over all records (limit [`MAX_VOIDS`](super::MAX_VOIDS)).
    pub voids: u32,
    /// `include`/`redirect` targets whose record is not known. Unless empty, `terms` and `voids` are lower bounds.
    pub unknown_records: BTreeSet<String>,
    /// Names of `a`, `mx` and `exists` terms without an answer. Unless empty, `voids` is a lower bound.
    pub unknown_names: BTreeSet<String>,
    /// What is wrong, without duplicates.
    pub problems: Vec<Finding>,
}

impl Cost {
    /// Whether `terms` is all there is, not a lower bound.
    pub fn is_exact(&self) -> bool {
        self.unknown_records.is_empty()
    }
}

/// Counts the lookups for `root`, the record of `domain`, by walking every term that an evaluation can reach.
///
/// An include or redirect that comes back to a record above it is reported (SPF-R1) and not followed.
pub fn cost(root: &Spf, domain: &str, lookup: &mut dyn FnMut(Query<'_>) -> Lookup) -> Cost {
    let mut walk = Walk::from(name::fold(domain), lookup);
    walk.record(root);
    walk.finish()
}
