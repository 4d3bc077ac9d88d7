//! named.conf, written so that the server reads and writes nothing outside its directory.

use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;
use std::path::Path;

use super::zone::{Role, Zone};
use crate::tsig::TsigKey;

/// Everything the file is made of.
pub(super) struct Config<'a> {
    pub(super) dir: &'a Path,
    pub(super) address: SocketAddr,
    pub(super) statistics: SocketAddr,
    pub(super) key: &'a TsigKey,
    pub(super) recursion: bool,
    pub(super) zones: &'a [Zone],
    pub(super) statements: &'a str,
}

impl Display for Config<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key.statement())?;
        writeln!(f, "controls {{ }};")?;
        let statistics = self.statistics;
        writeln!(
            f,
            "statistics-channels {{ inet {} port {} allow {{ {}; }}; }};",
            statistics.ip(),
            statistics.port(),
            statistics.ip()
        )?;
        self.options(f)?;
        self.zones.iter().try_for_each(|zone| self.zone(zone, f))?;
        f.write_str(self.statements)
    }
}

impl Config<'_> {
    fn options(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (dir, ip, port) = (self.dir.display(), self.address.ip(), self.address.port());
        let recursion = if self.recursion { "yes" } else { "no" };
        let listen = if ip.is_ipv4() {
            format!("listen-on port {port} {{ {ip}; }}; listen-on-v6 {{ none; }};")
        } else {
            format!("listen-on {{ none; }}; listen-on-v6 port {port} {{ {ip}; }};")
        };
        writeln!(
            f,
            r#"options {{
  directory "{dir}";
  managed-keys-directory "{dir}";
  session-keyfile "{dir}/session.key";
  pid-file none;
  lock-file none;
  {listen}
  recursion {recursion};
  dnssec-validation no;
  empty-zones-enable no;
  allow-transfer {{ key "{key}"; }};
  notify explicit;
  notify-delay 0;
  allow-notify {{ localhost; }};
  min-refresh-time 1;
  min-retry-time 1;
}};"#,
            key = self.key.name()
        )
    }

    fn zone(&self, zone: &Zone, f: &mut Formatter<'_>) -> fmt::Result {
        let (origin, file, key) = (zone.origin(), zone.file_name(), self.key.name());
        match zone.role() {
            Role::Primary { notify, closed, .. } => {
                write!(f, r#"zone "{origin}" {{ type primary; file "{file}"; update-policy {{"#)?;
                for name in closed {
                    write!(f, r#" deny "{key}" name "{name}" ANY;"#)?;
                }
                write!(f, r#" grant "{key}" zonesub ANY; }};"#)?;
                write!(f, " also-notify {{")?;
                for secondary in notify {
                    write!(f, " {} port {};", secondary.ip(), secondary.port())?;
                }
                writeln!(f, " }}; }};")
            }
            Role::Secondary { primary } => {
                let (ip, port) = (primary.ip(), primary.port());
                writeln!(
                    f,
                    r#"zone "{origin}" {{ type secondary; file "{file}"; primaries {{ {ip} port {port} key "{key}"; }}; }};"#
                )
            }
        }
    }
}
