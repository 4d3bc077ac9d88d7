//! The DNS server of the test: the primary of `lab`, which Mailward updates, and what the rest of the cluster asks for names that
//! are not its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use hickory_proto::rr::RecordType;
use mailward_sandbox::bind::{Bind, Options, Zone};

/// An address as the Internet would see it; `machine.sh` gives it to the network device.
pub(crate) const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 53)), 53);

/// What the root has to say of `lab`: Mailward goes from there, as it does on the Internet.
fn delegation() -> String {
    format!("lab. NS ns1.lab.\nns1.lab. A {}\n", SERVER.ip())
}

/// A BIND with the zone `lab`, and a root that knows nothing else.
pub(crate) struct Dns(Bind);

impl Dns {
    /// Starts it.
    pub(crate) async fn start(state: &std::path::Path) -> Result<Self> {
        let options = Options {
            state_dir: Some(state.join("bind")),
            address: SERVER.ip(),
            port: Some(SERVER.port()),
            zones: vec![Zone::primary(".", &delegation()), Zone::primary("lab.", "")],
            ..Options::default()
        };
        Bind::start(options).await.map(Self)
    }

    /// The key that may write, as a Secret holds it.
    pub(crate) fn key(&self) -> String {
        self.0.key().secret_base64()
    }

    /// The name of that key.
    pub(crate) fn key_name(&self) -> &str {
        self.0.key().name()
    }

    /// Writes as somebody else, in `nsupdate`'s language, one message.
    pub(crate) async fn update(&self, commands: &str) -> Result<()> {
        self.0.update(&format!("zone lab\n{commands}")).await
    }

    /// All TXT values at a name, sorted.
    pub(crate) async fn txt(&self, name: &str) -> Result<Vec<String>> {
        self.0.query(name, RecordType::TXT).await.map(|answer| answer.texts())
    }

    /// All IPv4 addresses at a name, sorted.
    pub(crate) async fn addresses(&self, name: &str) -> Result<Vec<String>> {
        self.0.query(name, RecordType::A).await.map(|answer| answer.values())
    }

    /// The id that announces the policy of a domain, if there is one.
    pub(crate) async fn policy_id(&self, domain: &str) -> Result<Option<String>> {
        let Some(record) = self.txt(&format!("_mta-sts.{domain}")).await?.pop() else { return Ok(None) };
        let (_, id) = record.split_once("id=").with_context(|| format!("no id in {record:?}"))?;
        Ok(Some(id.trim_end_matches(';').to_owned()))
    }

    /// Gives a domain a mail server, which has an address: BIND takes no other.
    pub(crate) async fn has_mx(&self, domain: &str, label: &str) -> Result<()> {
        let host = format!("{label}.{domain}.");
        self.update(&format!("update add {host} 30 A 192.0.2.10\nupdate add {domain}. 30 MX 10 {host}")).await
    }

    /// Takes it away again.
    pub(crate) async fn loses_mx(&self, domain: &str, label: &str) -> Result<()> {
        self.update(&format!("update delete {domain}. MX 10 {label}.{domain}.")).await
    }
}
