//! A zone as a test describes it, and the zone file made of that.

use std::net::{IpAddr, SocketAddr};

use crate::zone_file::{SHORT, header};

/// One zone.
#[derive(Debug, Clone)]
pub struct Zone {
    origin: String,
    role: Role,
}

#[derive(Debug, Clone)]
pub(super) enum Role {
    Primary { records: String, minimum: u32, name_servers: Vec<(String, IpAddr)>, notify: Vec<SocketAddr>, closed: Vec<String> },
    Secondary { primary: SocketAddr },
}

impl Zone {
    /// A zone this server is the source of. `records` are zone file lines relative to `origin` (which ends in a dot)
    /// and come after an SOA and one NS, `ns1`, at the server's own address.
    pub fn primary(origin: &str, records: &str) -> Self {
        let role = Role::Primary {
            records: records.to_owned(),
            minimum: SHORT,
            name_servers: Vec::new(),
            notify: Vec::new(),
            closed: Vec::new(),
        };
        Self { origin: origin.to_owned(), role }
    }

    /// A zone copied from `primary`.
    pub fn secondary(origin: &str, primary: SocketAddr) -> Self {
        Self { origin: origin.to_owned(), role: Role::Secondary { primary } }
    }

    /// Sets the SOA minimum: how many seconds an absence may be cached.
    #[must_use]
    pub fn with_minimum(mut self, seconds: u32) -> Self {
        if let Role::Primary { minimum, .. } = &mut self.role {
            *minimum = seconds;
        }
        self
    }

    /// Replaces `ns1` by these servers: first label and address of each.
    #[must_use]
    pub fn with_name_servers(mut self, servers: &[(&str, IpAddr)]) -> Self {
        if let Role::Primary { name_servers, .. } = &mut self.role {
            *name_servers = servers.iter().map(|(label, ip)| ((*label).to_owned(), *ip)).collect();
        }
        self
    }

    /// Tells `secondary` of every change at once.
    #[must_use]
    pub fn notifying(mut self, secondary: SocketAddr) -> Self {
        if let Role::Primary { notify, .. } = &mut self.role {
            notify.push(secondary);
        }
        self
    }

    /// Lets the key change everything but `name`, which is absolute and ends in a dot.
    #[must_use]
    pub fn closing(mut self, name: &str) -> Self {
        if let Role::Primary { closed, .. } = &mut self.role {
            closed.push(name.to_owned());
        }
        self
    }

    /// Its name, with the last dot.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn role(&self) -> &Role {
        &self.role
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}zone", self.origin.replace('/', "_"))
    }

    /// The zone file; `None` for a copy, which arrives by transfer.
    pub(super) fn file_text(&self, own: IpAddr) -> Option<String> {
        let Role::Primary { records, minimum, name_servers, .. } = &self.role else {
            return None;
        };
        let default = [("ns1".to_owned(), own)];
        let servers = if name_servers.is_empty() { &default[..] } else { name_servers };
        Some(format!("{}{records}\n", header(*minimum, servers)))
    }
}
