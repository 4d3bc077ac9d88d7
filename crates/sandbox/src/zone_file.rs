//! The first lines every zone of a sandbox has. Short times: a test or a reader of the demo waits this long.

use std::fmt::Write as _;
use std::net::IpAddr;

/// Default TTL and SOA minimum (the negative TTL of RFC 2308 5), in seconds.
pub const SHORT: u32 = 2;

/// TTL, SOA with `minimum`, and NS with address for each server (first label and address).
pub fn header(minimum: u32, servers: &[(String, IpAddr)]) -> String {
    let mut text = format!("$TTL {SHORT}\n@ IN SOA ns1 hostmaster 1 2 1 600 {minimum}\n");
    for (label, ip) in servers {
        let record_type = if ip.is_ipv4() { "A" } else { "AAAA" };
        // Writing to a String cannot fail.
        let _ok = writeln!(text, "@ IN NS {label}\n{label} IN {record_type} {ip}");
    }
    text
}
