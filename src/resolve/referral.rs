//! Reading what a server of a parent zone says about the name servers of a child. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{self, RData},
};

use super::wire;
use crate::dns::{Name, Value};

/// Name servers of a zone, with the addresses that came along.
#[derive(Debug)]
pub(super) struct Delegation {
    pub(super) hosts: Vec<Name>,
    pub(super) glue: BTreeMap<Name, BTreeSet<IpAddr>>,
}

/// What a server of the parent says about a child.
pub(super) enum Step {
    /// The child's servers.
    Found(Delegation),
    /// A zone in between is delegated; ask its servers.
    Closer(rr::Name, Delegation),
    /// Nothing is delegated.
    Nothing,
    /// No usable answer.
    Useless(String),
}

/// Reads what a server of `parent` says to "NS of `child`".
pub(super) fn read(parent: &rr::Name, child: &rr::Name, message: &Message) -> Step {
    let code = message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Step::Useless(format!("answered {}", wire::code_name(code)));
    }
    // A server that holds both zones answers for the child itself and sends no referral.
    let own = ns_hosts(&message.answers, child);
    if !own.is_empty() {
        return Step::Found(delegation(own, message));
    }
    if message.authoritative {
        return Step::Nothing;
    }
    match wire::referral(message) {
        Some(cut) if cut == child => Step::Found(delegation(ns_hosts(&message.authorities, cut), message)),
        Some(cut) if cut != parent && parent.zone_of(cut) && cut.zone_of(child) => {
            Step::Closer(cut.clone(), delegation(ns_hosts(&message.authorities, cut), message))
        }
        _ => Step::Useless(format!("does not serve {}", text(parent))),
    }
}

fn delegation(hosts: Vec<Name>, message: &Message) -> Delegation {
    let mut glue: BTreeMap<Name, BTreeSet<IpAddr>> = BTreeMap::new();
    for record in &message.additionals {
        if let (Some(host), Some(address)) = (wire::from_wire(&record.name), record.data.ip_addr()) {
            glue.entry(host).or_default().insert(address);
        }
    }
    Delegation { hosts, glue }
}

/// The hosts of the NS set at `owner`, sorted.
pub(super) fn ns_hosts(records: &[rr::Record], owner: &rr::Name) -> Vec<Name> {
    let at_owner = records.iter().filter(|record| record.name == *owner && matches!(record.data, RData::NS(_)));
    let hosts: BTreeSet<Name> = at_owner
        .filter_map(|record| match wire::value(&record.data) {
            Some(Value::Ns(host)) => Some(host),
            _ => None,
        })
        .collect();
    hosts.into_iter().collect()
}

/// A name for messages; the root is `.`.
pub(super) fn text(name: &rr::Name) -> String {
    if name.is_root() { ".".to_owned() } else { name.to_ascii().trim_end_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap or panic is the failure of the test")]
    use hickory_proto::{op::OpCode, rr::rdata};

    use super::*;

    fn wire_name(text: &str) -> rr::Name {
        wire::to_wire(&text.parse().unwrap()).unwrap()
    }

    fn ns(owner: &str, host: &str) -> rr::Record {
        rr::Record::from_rdata(wire_name(owner), 60, RData::NS(rdata::NS(wire_name(host))))
    }

    /// What a server of `lab` says to "NS of `eu.post.lab`".
    fn step(authoritative: bool, code: ResponseCode, authorities: Vec<rr::Record>) -> Step {
        let mut message = Message::response(7, OpCode::Query);
        message.metadata.authoritative = authoritative;
        message.metadata.response_code = code;
        message.add_authorities(authorities);
        message.add_additional(rr::Record::from_rdata(wire_name("ns1.post.lab"), 60, RData::A(rdata::A::new(192, 0, 2, 7))));
        read(&wire_name("lab"), &wire_name("eu.post.lab"), &message)
    }

    #[test]
    fn a_referral_to_the_child_names_its_servers_and_their_glue() {
        let referral = vec![ns("eu.post.lab", "ns2.lab"), ns("eu.post.lab", "ns1.post.lab")];
        let Step::Found(found) = step(false, ResponseCode::NoError, referral) else { panic!("not found") };
        let host = |text: &str| text.parse::<Name>().unwrap();
        assert_eq!(found.hosts, [host("ns1.post.lab"), host("ns2.lab")]);
        assert_eq!(found.glue, BTreeMap::from([(host("ns1.post.lab"), BTreeSet::from([[192, 0, 2, 7].into()]))]));
    }

    #[test]
    fn a_referral_to_a_zone_in_between_leads_closer() {
        let referral = vec![ns("post.lab", "ns1.post.lab")];
        assert!(matches!(step(false, ResponseCode::NoError, referral), Step::Closer(cut, _) if cut == wire_name("post.lab")));
    }

    #[test]
    fn a_referral_that_leads_no_closer_is_useless_and_cannot_loop() {
        for owner in ["lab", "else.lab", "post.else"] {
            assert!(matches!(step(false, ResponseCode::NoError, vec![ns(owner, "ns1.lab")]), Step::Useless(_)), "{owner}");
        }
    }

    #[test]
    fn only_an_authoritative_absence_means_that_nothing_is_delegated() {
        assert!(matches!(step(true, ResponseCode::NXDomain, Vec::new()), Step::Nothing));
        assert!(matches!(step(true, ResponseCode::NoError, Vec::new()), Step::Nothing));
        assert!(matches!(step(false, ResponseCode::NXDomain, Vec::new()), Step::Useless(_)));
        assert!(matches!(step(true, ResponseCode::ServFail, Vec::new()), Step::Useless(why) if why == "answered SERVFAIL"));
    }
}
