//! A zone as a test describes it, and the rows it is in the database.

use std::fmt::Write as _;

use super::sql::quoted;

/// TTL and SOA minimum in seconds, as BIND's zones here have.
const SHORT: u32 = 2;

/// One zone.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its name without the last dot.
    name: String,
    kind: &'static str,
    presigned: bool,
}

impl Zone {
    /// A zone this server is the source of, with an SOA and one NS, `ns1`.
    pub fn primary(name: &str) -> Self {
        Self { name: name.to_owned(), kind: "NATIVE", presigned: false }
    }

    /// A zone that is a copy, of a server that is not there; with the same records.
    pub fn secondary(name: &str) -> Self {
        Self { kind: "SLAVE", ..Self::primary(name) }
    }

    /// Its signatures are stored with it, made by somebody else.
    #[must_use]
    pub fn presigned(self) -> Self {
        Self { presigned: true, ..self }
    }

    /// Its name without the last dot.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Statements that put it into an empty database. Updates are for whoever holds `key`.
    pub(super) fn rows(&self, key: &str) -> String {
        let (name, kind) = (&self.name, self.kind);
        let mut rows = format!("INSERT INTO domains (name, type, master) VALUES ({}, '{kind}', '127.0.0.1:1');\n", quoted(name));
        let id = format!("(SELECT id FROM domains WHERE name = {})", quoted(name));
        let mut record = |at: &str, record_type: &str, content: &str| {
            // Writing to a String cannot fail.
            let _ok = writeln!(
                rows,
                "INSERT INTO records (domain_id, name, type, content, ttl, disabled, ordername, auth)
                 VALUES ({id}, {}, '{record_type}', {}, {SHORT}, 0, NULL, 1);",
                quoted(at),
                quoted(content)
            );
        };
        record(name, "SOA", &format!("ns1.{name}. hostmaster.{name}. 1 3600 600 86400 {SHORT}"));
        record(name, "NS", &format!("ns1.{name}."));
        record(&format!("ns1.{name}"), "A", "127.0.0.1");
        if self.presigned {
            let signature = format!("SOA 13 2 {SHORT} 20300101000000 20200101000000 1 {name}. c2lnbmF0dXJl");
            record(name, "RRSIG", &signature);
        }
        let presigned: &[(&str, &str)] = if self.presigned { &[("PRESIGNED", "1")] } else { &[] };
        let open = [("ALLOW-DNSUPDATE-FROM", "127.0.0.0/8"), ("TSIG-ALLOW-DNSUPDATE", key), ("SOA-EDIT-API", "DEFAULT")];
        for (kind, content) in open.iter().chain(presigned) {
            let _ok = writeln!(
                rows,
                "INSERT INTO domainmetadata (domain_id, kind, content) VALUES ({id}, '{kind}', {});",
                quoted(content)
            );
        }
        rows
    }
}
