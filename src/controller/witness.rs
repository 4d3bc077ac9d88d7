//! What DNS says, for a provider that knows less of its zones than DNS does: asked as verification asks.

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;

use super::addresses;
use crate::{
    api::{Verification, VerificationMode},
    dns::{Name, RecordType, Value},
    provider::{
        Error, ErrorKind, Result,
        witness::{Answered, Witness},
    },
    resolve::{Answer, Asker, Authority, Observation, Question},
};

/// Whom to ask, and how.
#[derive(Clone)]
pub(crate) struct Dns {
    /// Asks servers and resolvers.
    pub asker: Asker,
    /// Port of servers that are named without one.
    pub port: u16,
}

impl Dns {
    /// A witness for a provider object.
    pub(crate) fn witness(&self, verification: &Verification) -> Arc<dyn Witness> {
        Arc::new(DnsWitness { dns: self.clone(), verification: verification.clone() })
    }
}

struct DnsWitness {
    dns: Dns,
    verification: Verification,
}

impl DnsWitness {
    /// Resolvers know no zones; a wildcard's source is then looked for no higher than the name above.
    async fn authority(&self, name: &Name) -> Result<Authority> {
        if self.verification.mode == VerificationMode::Resolvers {
            return Ok(self.dns.asker.resolvers_for(&name.parent().unwrap_or_else(|| name.clone())));
        }
        let invalid = |why| Error::new(ErrorKind::Invalid, format!("spec.verification.nameservers: {why}"));
        let named = self.verification.nameservers.iter().map(|text| addresses::literal(text, self.dns.port));
        let named: Vec<SocketAddr> = named.collect::<std::result::Result<_, _>>().map_err(invalid)?;
        self.dns.asker.holder_of(name, &named).await.map_err(|error| Error::new(ErrorKind::Transient, error.to_string()))
    }

    async fn by_wildcard(&self, name: &Name, values: &[Value], authority: &Authority) -> bool {
        let Some(kind) = values.first().map(Value::kind) else { return false };
        // Who cannot find out that it is a wildcard takes what answers for real, and that stops a write.
        self.dns.asker.synthesised(name, kind, values, authority).await.unwrap_or(false)
    }
}

#[async_trait]
impl Witness for DnsWitness {
    async fn apex(&self, name: &Name) -> Result<Option<Name>> {
        match self.verification.mode {
            VerificationMode::Resolvers => Ok(None),
            VerificationMode::Authoritative => Ok(Some(self.authority(name).await?.zone)),
        }
    }

    async fn answered(&self, name: &Name, kind: RecordType) -> Result<Answered> {
        let authority = self.authority(name).await?;
        let seen = self.dns.asker.observe(&authority, &Question::new(name.clone(), kind)).await;
        let values = agreed(&seen)?;
        let by_wildcard = self.by_wildcard(name, &values, &authority).await;
        Ok(Answered { values, by_wildcard })
    }
}

/// What all servers say that say anything.
fn agreed(seen: &Observation) -> Result<Vec<Value>> {
    let Question { name, kind } = &seen.question;
    let waits = |why: String| Error::new(ErrorKind::Transient, format!("what answers at {kind} `{name}` cannot be told: {why}"));
    let mut said = seen.answers.iter().filter(|(_, answer)| answer.silence().is_none()).map(|(_, answer)| values(answer));
    let Some(first) = said.next() else {
        let silent: Vec<String> = seen.silent().iter().map(ToString::to_string).collect();
        return Err(waits(silent.join("; ")));
    };
    if said.any(|other| other != first) {
        return Err(waits("its servers do not answer alike yet".to_owned()));
    }
    first.ok_or_else(|| waits("it is handed to other servers".to_owned()))
}

/// `None` where the name is somebody else's to answer.
fn values(answer: &Answer) -> Option<Vec<Value>> {
    match answer {
        Answer::Values(set) => Some(set.values.clone()),
        Answer::Cname(target, _) => Some(vec![Value::Cname(target.clone())]),
        Answer::Delegated { .. } => None,
        _ => Some(vec![]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{dns::RecordSet, resolve::Server};

    fn name() -> Name {
        "cafe.lab".parse().unwrap()
    }

    fn texts(texts: &[&str]) -> Answer {
        let values = texts.iter().map(|text| Value::text(text)).collect();
        Answer::Values(RecordSet::new(name(), RecordType::Txt, 300, values))
    }

    fn said(answers: &[Answer]) -> Result<Vec<Value>> {
        let numbered =
            (1..).zip(answers).map(|(last, answer)| (Server::unnamed(SocketAddr::from(([192, 0, 2, last], 53))), answer.clone()));
        agreed(&Observation { question: Question::new(name(), RecordType::Txt), answers: numbered.collect() })
    }

    #[test]
    fn what_the_servers_that_answer_agree_on_is_what_answers() {
        let gone = Answer::Unreachable("timed out".to_owned());
        assert_eq!(said(&[texts(&["a", "b"]), gone.clone()]).unwrap(), [Value::text("a"), Value::text("b")]);
        assert_eq!(said(&[Answer::NxDomain { negative_ttl: 5 }, Answer::NoData { negative_ttl: 5 }]).unwrap(), []);
        assert!(said(&[gone.clone(), gone]).is_err_and(|error| error.message.contains("timed out")));
    }

    #[test]
    fn p1_servers_that_differ_are_no_evidence_of_what_stands_there() {
        let error = said(&[texts(&["a"]), texts(&["a", "b"])]).unwrap_err();
        assert!(error.kind == ErrorKind::Transient && error.message.contains("alike"), "{error}");
    }
}
