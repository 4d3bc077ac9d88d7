//! The live mail exchangers of a domain, for "an enforce policy covers every MX" (STS-G3, P4).

use std::collections::BTreeSet;

use super::{Answer, Asker, Authority, Observation, Question, answer::join};
use crate::dns::{Name, RecordType, Value};

/// The MX set of a domain. A failed lookup is no answer and covers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MxAnswer {
    /// Hosts that receive, sorted: the union over all servers, because any of them may be asked by a sender.
    Hosts(Vec<Name>),
    /// The domain says that it receives no mail (RFC 7505).
    NullMx,
    /// No MX at any server that answers. Senders then try the address of the domain itself (RFC 5321 5.1).
    None,
    /// Nothing is known, and why.
    Failed(String),
}

impl Asker {
    /// The MX of `domain` at the servers of its zone.
    pub async fn mx(&self, domain: &Name, authority: &Authority) -> MxAnswer {
        read(&self.observe(authority, &Question::new(domain.clone(), RecordType::Mx)).await)
    }
}

/// Unreachable servers are passed over as senders do; a server that answers with anything else than an MX set makes the
/// whole lookup fail.
fn read(observation: &Observation) -> MxAnswer {
    if observation.usable().is_none() {
        return MxAnswer::Failed(format!("no name server gave a usable answer: {}", join(&observation.silent())));
    }
    let (mut hosts, mut null) = (BTreeSet::new(), false);
    for (server, answer) in &observation.answers {
        match answer {
            Answer::Values(set) => set.values.iter().for_each(|value| match value {
                Value::Mx(_, Some(host)) => drop(hosts.insert(host.clone())),
                _ => null = true,
            }),
            Answer::Cname(..) | Answer::Delegated { .. } => return MxAnswer::Failed(format!("{server} answers {answer}")),
            _ => {}
        }
    }
    match (hosts.is_empty(), null) {
        (false, _) => MxAnswer::Hosts(hosts.into_iter().collect()),
        (true, true) => MxAnswer::NullMx,
        (true, false) => MxAnswer::None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::{dns::RecordSet, resolve::Server};

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn hosts(hosts: &[&str]) -> Answer {
        let values = hosts.iter().map(|host| Value::Mx(10, host.parse().ok())).collect();
        Answer::Values(RecordSet::new(name("post.lab"), RecordType::Mx, 60, values))
    }

    fn mx(answers: Vec<Answer>) -> MxAnswer {
        let server = Server::unnamed("192.0.2.1:53".parse().unwrap());
        let question = Question::new(name("post.lab"), RecordType::Mx);
        read(&Observation { question, answers: answers.into_iter().map(|answer| (server.clone(), answer)).collect() })
    }

    #[test]
    fn sts_g3_servers_that_disagree_give_the_union() {
        assert_eq!(mx(vec![hosts(&["b.lab"]), hosts(&["a.lab", "b.lab"])]), MxAnswer::Hosts(vec![name("a.lab"), name("b.lab")]));
    }

    #[test]
    fn p4_a_failed_lookup_is_not_the_same_as_no_mx() {
        assert!(matches!(mx(vec![Answer::Unreachable("no answer".into())]), MxAnswer::Failed(_)));
        assert_eq!(mx(vec![Answer::NoData { negative_ttl: 60 }]), MxAnswer::None);
    }

    #[test]
    fn a_null_mx_is_told_from_none() {
        assert_eq!(mx(vec![hosts(&[""])]), MxAnswer::NullMx);
    }

    #[test]
    fn a_cname_in_place_of_the_domain_is_a_failure_that_names_it() {
        let answer = mx(vec![hosts(&["a.lab"]), Answer::Cname(name("cdn.lab"), 60)]);
        assert!(matches!(answer, MxAnswer::Failed(why) if why.contains("cdn.lab")));
    }
}
