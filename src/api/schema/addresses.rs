//! IP addresses and name servers.

use schemars::{Schema, SchemaGenerator};

use super::{Check, set_of, text};

/// Longest IPv6 network in text form, with room for `/128`.
pub(super) const MAX_NETWORK: u32 = 49;

/// IPv4 addresses of a host.
pub(in crate::api) fn ipv4(_: &mut SchemaGenerator) -> Schema {
    let address = Check::new("isIP(self) && ip(self).family() == 4", "write an IPv4 address of four octets, as in 192.0.2.10");
    set_of(8, &text(15, &[address]))
}

/// IPv6 addresses of a host.
pub(in crate::api) fn ipv6(_: &mut SchemaGenerator) -> Schema {
    let address = Check::new("isIP(self) && ip(self).family() == 6", "write an IPv6 address, as in 2001:db8::10");
    set_of(8, &text(45, &[address]))
}

/// Name servers by address, with a port where it is not 53.
pub(in crate::api) fn nameservers(_: &mut SchemaGenerator) -> Schema {
    let server = Check::new(
        "isIP(self) || self.matches(r'^[0-9.]+:[0-9]{1,5}$') || self.matches(r'^\\[[0-9a-fA-F:.]+\\]:[0-9]{1,5}$')",
        "write an IP address, with a port where it is not 53: 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    );
    set_of(16, &text(60, &[server]))
}

/// The primary server of a zone: a host name or an address, with a port where it is not 53.
pub(in crate::api) fn server(_: &mut SchemaGenerator) -> Schema {
    let server = Check::new(
        "isIP(self) || self.matches(r'^([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+\\])(:[0-9]{1,5})?$')",
        "write a host or an address, with a port where it is not 53: ns1.example.com, 192.0.2.53:5353 or [2001:db8::53]:5353",
    );
    text(262, &[server])
}
