//! The zones of the sandbox: four that may be written, the senders' that only answer, and a root above them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;

use super::stand_ins;
use crate::zone_file::{SHORT, header};

/// Zones for trying things in. Each starts with mail servers, except `lab.`, which starts empty.
const WRITABLE: [(&str, &str); 4] =
    [("lab.", ""), ("example.com.", MAIL_SERVER), ("example.org.", MAIL_SERVER), ("example.net.", MAIL_SERVER)];

/// Addresses of documentation (RFC 5737, RFC 3849): nobody is behind them.
const MAIL_SERVER: &str = "\
@ IN MX 10 mx1
mx1 IN A 192.0.2.10
mx1 IN AAAA 2001:db8::10
@ IN A 192.0.2.80
";

/// One zone.
#[derive(Debug, Clone)]
pub struct Zone {
    origin: String,
    text: String,
    writable: bool,
}

impl Zone {
    /// A zone that may be updated. `records` are zone file lines (with class `IN`) after an SOA and an NS.
    pub fn writable(origin: &str, records: &str, server: SocketAddr) -> Self {
        Self::new(origin, records, server, true)
    }

    /// A zone that only answers.
    pub fn fixed(origin: &str, records: &str, server: SocketAddr) -> Self {
        Self::new(origin, records, server, false)
    }

    fn new(origin: &str, records: &str, server: SocketAddr, writable: bool) -> Self {
        let text = header(SHORT, &[("ns1".to_owned(), server.ip())]) + records;
        Self { origin: origin.to_owned(), text, writable }
    }

    /// All zones of `demo` and `up`.
    pub fn sandbox(server: SocketAddr) -> Vec<Self> {
        let mut zones: Vec<Self> = WRITABLE.iter().map(|(origin, records)| Self::writable(origin, records, server)).collect();
        zones.extend(stand_ins::all().map(|(origin, records)| Self::fixed(origin, &records, server)));
        zones.push(Self::root(&zones, server));
        zones
    }

    /// The root: whatever no zone holds does not exist, at once and without asking anyone.
    fn root(below: &[Self], server: SocketAddr) -> Self {
        let mut records = String::new();
        for name in below.iter().flat_map(|zone| ancestors(&zone.origin)).collect::<BTreeSet<_>>() {
            // A name above one that exists must exist too (RFC 8020).
            let _ok = writeln!(records, "{name} IN TXT \"sandbox\"");
        }
        Self::fixed(".", &records, server)
    }

    /// Its name, with the last dot.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }
}

/// The names between `origin` and the root, both excluded: of `a.b.c.` those are `b.c.` and `c.`.
fn ancestors(origin: &str) -> impl Iterator<Item = &str> {
    let mut rest = origin;
    std::iter::from_fn(move || {
        rest = rest.split_once('.')?.1;
        (!rest.is_empty()).then_some(rest)
    })
}
