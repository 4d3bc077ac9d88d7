//! A small internet of real BINDs on one port: the parent zone `lab`, and two servers of the child `post.lab`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use mailward::{
    dns::{Name, RecordType},
    resolve::{Asker, Authority, Config, Question},
};
use mailward_sandbox::{
    bind::{Bind, Options, Zone},
    ports,
};

/// Serves `lab`; a name that only the parent knows ends here. It stands in for the resolver too: it answers for every
/// name the tests look up.
pub(crate) const PARENT: u8 = 2;
/// Serves `post.lab`.
pub(crate) const FIRST: u8 = 3;
/// Serves `post.lab` too, with records of its own.
pub(crate) const SECOND: u8 = 4;
/// Serves nothing and refuses everything.
pub(crate) const LAME: u8 = 5;
/// Nobody listens here.
pub(crate) const DEAD: u8 = 6;

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(crate) fn question(owner: &str, kind: RecordType) -> Question {
    Question::new(name(owner), kind)
}

pub(crate) fn ip(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 0, last).into()
}

/// The servers that a test started. All share one port, as real ones share 53.
pub(crate) struct Lab {
    port: u16,
    servers: Vec<Bind>,
}

impl Lab {
    /// No server yet.
    pub(crate) fn new() -> Self {
        let port = ports::free_dns(&[PARENT, FIRST, SECOND, LAME, DEAD].map(ip)).unwrap();
        Self { port, servers: Vec::new() }
    }

    /// Adds a server that serves `zones`.
    pub(crate) async fn with(mut self, last: u8, zones: Vec<Zone>) -> Self {
        let options = Options { address: ip(last), port: Some(self.port), zones, ..Options::default() };
        self.servers.push(Bind::start(options).await.unwrap());
        self
    }

    /// Adds the parent: `post.lab` is delegated to the hosts of [`FIRST`] and [`SECOND`], with glue.
    pub(crate) async fn with_parent(self, more: &str) -> Self {
        let records =
            format!("post NS ns1.post\npost NS ns2.post\nns1.post A {}\nns2.post A {}\n{more}\n", ip(FIRST), ip(SECOND));
        self.with(PARENT, vec![Zone::primary("lab.", &records)]).await
    }

    /// One server of `post.lab` with these records.
    pub(crate) async fn with_child(self, last: u8, records: &str) -> Self {
        self.with(last, vec![child(records)]).await
    }

    pub(crate) fn address(&self, last: u8) -> SocketAddr {
        SocketAddr::new(ip(last), self.port)
    }

    /// An asker whose resolver is the parent's server.
    pub(crate) fn asker(&self) -> Asker {
        self.asker_with(vec![self.address(PARENT)])
    }

    pub(crate) fn asker_with(&self, resolvers: Vec<SocketAddr>) -> Asker {
        Asker::new(Config { resolvers, authoritative_port: self.port, timeout: Duration::from_secs(1), attempts: 2 }).unwrap()
    }

    /// `post.lab` at these servers, as a provider's `nameservers` would name them.
    pub(crate) async fn authority(&self, asker: &Asker, servers: &[u8]) -> Authority {
        let addresses: Vec<SocketAddr> = servers.iter().map(|last| self.address(*last)).collect();
        asker.servers_of(&name("post.lab"), &addresses).await.unwrap()
    }
}

/// `post.lab` with both its name servers and these records.
pub(crate) fn child(records: &str) -> Zone {
    Zone::primary("post.lab.", records).with_name_servers(&[("ns1", ip(FIRST)), ("ns2", ip(SECOND))])
}
