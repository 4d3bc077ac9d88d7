//! A DNS server as everybody sees it: questions, and `nsupdate` by somebody who is not the operator.

use std::net::SocketAddr;

use hickory_proto::rr::RecordType;
use mailward_sandbox::{
    bind::{Bind, Options, Zone},
    tsig::TsigKey,
};

use super::wait::eventually;

/// A BIND with one zone that the tests write to.
#[derive(Debug)]
pub(crate) struct Server {
    bind: Bind,
    zone: String,
}

impl Server {
    /// One of a test's own, for `zone` (without its last dot) with these zone file lines.
    pub(crate) async fn start(zone: &str, records: &str) -> Self {
        Self::start_with(Options { zones: vec![Zone::primary(&format!("{zone}."), records)], ..Options::default() }, zone).await
    }

    /// The same with other options.
    pub(crate) async fn start_with(options: Options, zone: &str) -> Self {
        Self { bind: Bind::start(options).await.unwrap(), zone: zone.to_owned() }
    }

    /// Where it answers.
    pub(crate) fn address(&self) -> SocketAddr {
        self.bind.address()
    }

    /// The key that may write.
    pub(crate) fn key(&self) -> &TsigKey {
        self.bind.key()
    }

    /// The process, to pause and to count at.
    pub(crate) fn bind(&self) -> &Bind {
        &self.bind
    }

    /// The process, to stop and start.
    pub(crate) fn bind_mut(&mut self) -> &mut Bind {
        &mut self.bind
    }

    /// Writes as somebody else, in `nsupdate`'s language, one message.
    pub(crate) async fn nsupdate(&self, commands: &str) {
        self.bind.update(&format!("zone {}\n{commands}", self.zone)).await.unwrap();
    }

    /// All TXT values at a name, sorted.
    pub(crate) async fn txt(&self, name: &str) -> Vec<String> {
        self.bind.query(name, RecordType::TXT).await.unwrap().texts()
    }

    /// The TTL of the TXT set at a name.
    pub(crate) async fn txt_ttl(&self, name: &str) -> Option<u32> {
        self.bind.query(name, RecordType::TXT).await.unwrap().ttl()
    }

    /// All values of a type at a name, in zone file form.
    pub(crate) async fn values(&self, name: &str, kind: RecordType) -> Vec<String> {
        self.bind.query(name, kind).await.unwrap().values()
    }

    /// Waits until this many more questions came.
    pub(crate) async fn until_asked(&self, questions: u64) {
        let before = self.bind.counters().await.unwrap().queries;
        let asked = eventually(async || self.bind.counters().await.unwrap().queries >= before + questions);
        assert!(asked.await, "there never came {questions} more questions");
    }

    /// Waits until a name has exactly these TXT values.
    pub(crate) async fn until_txt(&self, name: &str, wanted: &[&str]) {
        let mut seen = vec![];
        let held = eventually(async || {
            seen = self.txt(name).await;
            seen == wanted
        });
        assert!(held.await, "{name} TXT never became {wanted:?}; it is {seen:?}");
    }
}
