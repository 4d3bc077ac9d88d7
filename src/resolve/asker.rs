//! The one object that asks: configuration, sharing, and the plain question to every server of a zone.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures::future::join_all;
use hickory_proto::{
    op::{Message, Query},
    rr,
};
use hickory_resolver::TokioResolver;

use super::{
    Answer, Authority, Manner, Observation, Question, Server, Silence, Silent,
    cache::AuthorityCache,
    recursive,
    transport::{Bits, Failure, Transport},
    wire,
};
use crate::dns::{Name, Ttl};

/// How to ask.
#[derive(Clone, Debug)]
pub struct Config {
    /// Recursive resolvers. Empty: the system's.
    pub resolvers: Vec<SocketAddr>,
    /// Port of authoritative servers found by delegation. 53 outside tests and sandboxes.
    pub authoritative_port: u16,
    /// How long to wait for one attempt.
    pub timeout: Duration,
    /// How often one server is asked before it counts as unreachable, at least 1.
    pub attempts: u8,
}

impl Default for Config {
    /// The system's resolvers, port 53, two attempts of two seconds.
    fn default() -> Self {
        Self { resolvers: Vec::new(), authoritative_port: 53, timeout: Duration::from_secs(2), attempts: 2 }
    }
}

/// Why nobody can be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No resolver is configured and the system's configuration gives none.
    #[error("no resolver: /etc/resolv.conf cannot be used ({0}); name resolvers explicitly")]
    System(String),
    /// The resolver library refused its configuration.
    #[error("the resolver cannot be set up: {0}")]
    Resolver(String),
}

/// Asks DNS. Cheap to clone; clones share caches and the bound on queries in the air.
#[derive(Clone)]
pub struct Asker {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) resolver: TokioResolver,
    pub(super) resolvers: Vec<SocketAddr>,
    pub(super) authoritative_port: u16,
    pub(super) authorities: AuthorityCache,
}

impl Asker {
    /// Reads the system's resolvers if none are given. Must run inside a Tokio runtime.
    pub fn new(config: Config) -> Result<Self, SetupError> {
        let Config { resolvers, authoritative_port, timeout, attempts } = config;
        let resolvers = if resolvers.is_empty() { recursive::system_resolvers()? } else { resolvers };
        let inner = Inner {
            transport: Transport::new(timeout, attempts),
            resolver: recursive::build(&resolvers, timeout, attempts)?,
            resolvers,
            authoritative_port,
            authorities: AuthorityCache::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The recursive resolvers in place of a zone's own servers, for `verification.mode: Resolvers`. What they say may be
    /// as old as its TTL.
    pub fn resolvers_for(&self, zone: &Name) -> Authority {
        let servers = self.inner.resolvers.iter().copied().map(Server::unnamed).collect();
        Authority { zone: zone.clone(), servers, manner: Manner::Recursive, unresolved: Vec::new() }
    }

    /// Asks every server every question; one observation a question, in order.
    pub async fn ask(&self, authority: &Authority, questions: &[Question]) -> Vec<Observation> {
        join_all(questions.iter().map(|question| self.observe(authority, question))).await
    }

    /// Asks every server one question.
    pub async fn observe(&self, authority: &Authority, question: &Question) -> Observation {
        let answers = join_all(authority.servers.iter().map(async |server| {
            let answer = self.ask_one(authority, server, question).await;
            (server.clone(), answer)
        }));
        Observation { question: question.clone(), answers: answers.await }
    }

    async fn ask_one(&self, authority: &Authority, server: &Server, question: &Question) -> Answer {
        let query = match wire::query(question) {
            Ok(query) => query,
            Err(why) => return Answer::NotAuthoritative(why),
        };
        match self.exchange(server.address, &query, authority.manner).await {
            Ok(message) => wire::read(&authority.zone, authority.manner, question, &message),
            Err(Failure::Unreachable(why)) => Answer::Unreachable(why),
            Err(Failure::Unreadable(why)) => Answer::NotAuthoritative(why),
        }
    }

    async fn exchange(&self, server: SocketAddr, query: &Query, manner: Manner) -> Result<Message, Failure> {
        let bits = Bits { recursion_desired: manner == Manner::Recursive, checking_disabled: false };
        self.inner.transport.exchange(server, query, bits).await
    }

    /// How long in seconds caches may keep "no such name" for this zone: the smaller of the SOA's TTL and its minimum
    /// (RFC 2308 5, DNS-G5), the largest over all servers that answer.
    pub async fn soa(&self, authority: &Authority) -> Result<Ttl, Silence> {
        let answers = join_all(authority.servers.iter().map(async |server| (server, self.soa_of(authority, server).await))).await;
        let ttls = answers.iter().filter_map(|(_, answer)| answer.as_ref().ok().copied());
        ttls.max().ok_or_else(|| Silence {
            zone: authority.zone.clone(),
            silent: answers
                .into_iter()
                .filter_map(|(server, answer)| Some(Silent { server: server.clone(), why: answer.err()? }))
                .collect(),
        })
    }

    async fn soa_of(&self, authority: &Authority, server: &Server) -> Result<Ttl, String> {
        let query = Query::query(wire::to_wire(&authority.zone)?, rr::RecordType::SOA);
        let message = self.exchange(server.address, &query, authority.manner).await.map_err(Failure::text)?;
        if authority.manner == Manner::Authoritative && !message.authoritative {
            return Err(format!("does not serve {}", authority.zone));
        }
        let code = message.response_code;
        wire::negative_ttl(&message.answers).ok_or_else(|| format!("answered {} without an SOA", wire::code_name(code)))
    }
}
