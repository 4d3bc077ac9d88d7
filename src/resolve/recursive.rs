//! Questions for a recursive resolver: texts and addresses anywhere, and whether a zone's DNSSEC is broken.
//!
//! Never asked for a name of ours before it answers authoritatively: the resolver would keep "no such name" for the zone's
//! negative TTL (DNS-G5).

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hickory_net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider};
use hickory_proto::{
    op::{Query, ResponseCode},
    rr,
};
use hickory_resolver::{
    Resolver, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig},
    system_conf::read_system_conf,
};

use super::{Asker, Question, SetupError, transport::Bits, wire};
use crate::dns::{Name, RecordType, Value};

/// The longest a positive answer is kept: somebody may be waiting for a correction of an include.
const POSITIVE_CACHE: Duration = Duration::from_mins(5);
/// The longest "nothing there" is kept.
const NEGATIVE_CACHE: Duration = Duration::from_secs(30);

/// What a recursive lookup gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<T> {
    /// At least one value, after any CNAME.
    Found(Vec<T>),
    /// The name does not exist. A void lookup for SPF (RFC 7208 4.6.4).
    NxDomain,
    /// The name exists, the type does not. A void lookup too.
    NoData,
    /// Nothing is known; the half sentence says why.
    Failed(String),
}

impl<T> Lookup<T> {
    /// Keeps what `pick` takes; nothing left is [`Lookup::NoData`].
    fn pick<U>(self, pick: impl FnMut(T) -> Option<U>) -> Lookup<U> {
        match self {
            Self::Found(values) => match values.into_iter().filter_map(pick).collect::<Vec<_>>() {
                none if none.is_empty() => Lookup::NoData,
                some => Lookup::Found(some),
            },
            Self::NxDomain => Lookup::NxDomain,
            Self::NoData => Lookup::NoData,
            Self::Failed(why) => Lookup::Failed(why),
        }
    }
}

/// What a validating resolver makes of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validation {
    /// It answers: the zone is signed and right, not signed, or the resolver does not validate.
    Passes,
    /// It answers only with checking disabled: validating senders see nothing of this zone.
    Bogus,
    /// No resolver gave an answer to judge by.
    Unknown(String),
}

/// The resolvers of `/etc/resolv.conf`.
pub(super) fn system_resolvers() -> Result<Vec<SocketAddr>, SetupError> {
    let (config, _) = read_system_conf().map_err(|error| SetupError::System(error.to_string()))?;
    Ok(config.name_servers().iter().map(|server| SocketAddr::new(server.ip, 53)).collect())
}

/// A resolver without hosts file and search list: a policy host must mean the same inside a cluster and outside.
///
/// Two servers are asked at once, as is the library's default: its time limit is for all of them together, so that one
/// after the other a dead first one would use it up.
pub(super) fn build(resolvers: &[SocketAddr], timeout: Duration, attempts: u8) -> Result<TokioResolver, SetupError> {
    let servers = resolvers.iter().map(|address| name_server(*address)).collect();
    let config = ResolverConfig::from_parts(None, Vec::new(), servers);
    let mut builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    options.timeout = timeout;
    options.attempts = usize::from(attempts.max(1));
    options.use_hosts_file = ResolveHosts::Never;
    options.positive_max_ttl = Some(POSITIVE_CACHE);
    options.negative_max_ttl = Some(NEGATIVE_CACHE);
    builder.build().map_err(|error| SetupError::Resolver(error.to_string()))
}

fn name_server(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

impl Asker {
    /// The texts at a name, for walking SPF includes. Cached for minutes at most.
    pub async fn txt(&self, name: &Name) -> Lookup<String> {
        self.lookup(name, RecordType::Txt).await.pick(|value| value.as_text())
    }

    /// Every address of a host.
    pub async fn addresses(&self, host: &Name) -> Lookup<IpAddr> {
        let (v4, v6) = tokio::join!(self.lookup(host, RecordType::A), self.lookup(host, RecordType::Aaaa));
        match (v4.pick(|value| address(&value)), v6.pick(|value| address(&value))) {
            (Lookup::Found(mut all), Lookup::Found(more)) => {
                all.extend(more);
                Lookup::Found(all)
            }
            (Lookup::Found(some), _) | (_, Lookup::Found(some)) => Lookup::Found(some),
            (Lookup::Failed(why), _) | (_, Lookup::Failed(why)) => Lookup::Failed(why),
            (neither, _) => neither,
        }
    }

    /// The values of one type at a name, CNAMEs followed.
    pub async fn lookup(&self, name: &Name, kind: RecordType) -> Lookup<Value> {
        let owner = match wire::to_wire(name) {
            Ok(owner) => owner,
            Err(why) => return Lookup::Failed(why),
        };
        let records = self.records(owner, wire::kind(kind)).await;
        records.pick(|record| wire::value(&record.data).filter(|value| value.kind() == kind))
    }

    /// Every record of the answer, any CNAME on the way included.
    pub(super) async fn records(&self, owner: rr::Name, kind: rr::RecordType) -> Lookup<rr::Record> {
        match self.inner.resolver.lookup(owner, kind).await {
            Ok(lookup) => Lookup::Found(lookup.answers().to_vec()),
            Err(error) => failed(&error),
        }
    }

    /// Whether DNSSEC validation fails for a name: SERVFAIL with checking, an answer without. One query where all is well,
    /// two where it is not. The resolver has to validate for this to find anything.
    pub async fn dnssec(&self, question: &Question) -> Validation {
        let query = match wire::query(question) {
            Ok(query) => query,
            Err(why) => return Validation::Unknown(why),
        };
        match self.code(&query, false).await {
            Ok(ResponseCode::NoError | ResponseCode::NXDomain) => Validation::Passes,
            Ok(ResponseCode::ServFail) => self.unchecked(&query).await,
            Ok(code) => Validation::Unknown(format!("the resolver answered {}", wire::code_name(code))),
            Err(why) => Validation::Unknown(why),
        }
    }

    async fn unchecked(&self, query: &Query) -> Validation {
        match self.code(query, true).await {
            Ok(ResponseCode::NoError | ResponseCode::NXDomain) => Validation::Bogus,
            Ok(code) => Validation::Unknown(format!("the resolver answered {} without checking too", wire::code_name(code))),
            Err(why) => Validation::Unknown(why),
        }
    }

    /// The response code of the first resolver that answers at all.
    async fn code(&self, query: &Query, checking_disabled: bool) -> Result<ResponseCode, String> {
        let bits = Bits { recursion_desired: true, checking_disabled };
        let mut whys = Vec::new();
        for resolver in &self.inner.resolvers {
            match self.inner.transport.exchange(*resolver, query, bits).await {
                Ok(message) => return Ok(message.response_code),
                Err(failure) => whys.push(format!("{resolver}: {}", failure.text())),
            }
        }
        Err(whys.join("; "))
    }
}

fn address(value: &Value) -> Option<IpAddr> {
    match value {
        Value::A(address) => Some((*address).into()),
        Value::Aaaa(address) => Some((*address).into()),
        _ => None,
    }
}

fn failed<T>(error: &NetError) -> Lookup<T> {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code: ResponseCode::NXDomain, .. })) => Lookup::NxDomain,
        NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code: ResponseCode::NoError, .. })) => Lookup::NoData,
        NetError::Dns(DnsError::ResponseCode(code)) => {
            Lookup::Failed(format!("the resolver answered {}", wire::code_name(*code)))
        }
        NetError::Timeout => Lookup::Failed("no resolver answered in time".to_owned()),
        other => Lookup::Failed(format!("no resolver could be asked: {other}")),
    }
}
