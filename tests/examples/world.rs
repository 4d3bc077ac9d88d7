//! A fresh domain in a world where everything answers: the facts that the pure core is given for each example.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use mail_records::dkim::{KeyRecord, Selector};
use mailward::{
    api::{MailDomain, SelectorPhase},
    domain::{
        desire::{DesireInput, desire},
        dmarc::{self, CurrentDmarc, DmarcFacts, Support},
        facts::{MxFacts, Sight},
        keys::{self, HeldSelector, KeyDecision, KeyFacts, KeySpec, selector_of},
        objects::{MailDomainRef, PolicyMemory, ProviderMemory},
        policy::{self, Confirmation, IdSight, PolicyDecision, PolicyFacts, PolicyWish},
        policy_host::{LoadBalancer, PolicyHost, policy_host},
        validate::{Install, OfferedGateway, Validated, validate},
    },
    plan::Wanted,
};
use sha2::{Digest, Sha256};

/// An example with everything that was decided about it.
pub(crate) struct Decided {
    /// Whom it is about.
    pub me: MailDomainRef,
    /// First part of the owner string and the object.
    pub owner: String,
    /// The spec, judged.
    pub validated: Validated,
    /// The decision about each key that Mailward makes.
    pub keys: Vec<KeyDecision>,
    /// The decision about the policy, with the memory as the controller completes it.
    pub policy: Option<PolicyDecision>,
    /// What should answer.
    pub wanted: Vec<Wanted>,
}

/// Everything happened long before this moment.
fn now() -> Timestamp {
    "2026-11-22T06:00:00Z".parse().unwrap()
}

/// Runs the pure core.
pub(crate) fn decided(object: &MailDomain) -> Decided {
    let validated = validate(&object.spec, &install()).unwrap();
    let keys: Vec<KeyDecision> = validated.dkim.keys.iter().map(key).collect();
    let me = MailDomainRef {
        namespace: "mail".into(),
        name: object.metadata.name.clone().unwrap(),
        uid: "7c9e6679-7425-40de-944b-e07fc1f90ae7".into(),
        domain: validated.domain.clone(),
    };
    let owner = format!("cluster-1/{}", me.object());
    let policy = validated.mta_sts.accepted().map(|_| policy_of(&validated, object, &owner));
    let host = host(&validated);
    let dmarc = validated.dmarc.accepted().map(|record| dmarc_of(record, &validated, &keys));
    let parking = validated.parked.then(|| dmarc::parking_refused(&MxFacts::None)).flatten();
    let desired = desire(&DesireInput {
        validated: &validated,
        listed: &BTreeSet::new(),
        keys: &keys,
        policy: policy.as_ref(),
        policy_host: host.as_ref(),
        dmarc: dmarc.as_ref(),
        spf_cost: None,
        parking: parking.as_ref(),
    });
    Decided { me, owner, validated, keys, policy, wanted: desired.wanted }
}

/// One that offers the Gateway of the example.
fn install() -> Install {
    let public = OfferedGateway { namespace: "infra".into(), name: "public".into(), section: None };
    Install { gateways: vec![public], ..Install::default() }
}

/// A key that was made an hour ago and answers everywhere since.
fn key(spec: &KeySpec) -> KeyDecision {
    let spki = STANDARD.decode(include_str!("../golden/managed-key.txt").trim()).unwrap();
    let fingerprint = format!("{:x}", Sha256::digest(&spki));
    let selector = selector_of(&spec.name, &fingerprint).unwrap();
    let an_hour_ago = now() - jiff::SignedDuration::from_hours(1);
    let held = HeldSelector {
        selector: selector.clone(),
        ordinal: 0,
        public: KeyRecord::rsa(spki),
        fingerprint,
        created: an_hour_ago,
        verified_since: Some(an_hour_ago),
        phase: SelectorPhase::Publishing,
    };
    keys::step(&KeyFacts {
        spec,
        held: &[held],
        listed: &BTreeSet::from([selector.clone()]),
        complete: true,
        stable: None,
        seen: &BTreeMap::from([(selector, Sight::EverywhereRight)]),
        lost_since: None,
        lost_key_wait: std::time::Duration::from_mins(10),
        negative_ttl: std::time::Duration::from_mins(5),
        now: now(),
    })
}

/// The text is stored, every server and the public address serve it, and the policy covers every MX.
fn policy_of(validated: &Validated, object: &MailDomain, owner: &str) -> PolicyDecision {
    let spec = validated.mta_sts.accepted().unwrap();
    let reference = &object.spec.provider_ref;
    let provider = Some(ProviderMemory { kind: reference.kind, namespace: None, name: reference.name.clone() });
    let text = spec.policy.to_text();
    let hosts = spec.policy.mx.iter().map(|pattern| pattern.to_string().replace('*', "mx").parse().unwrap()).collect();
    policy::step(&PolicyFacts {
        wish: PolicyWish::Serve(&spec.policy),
        served: Some(&text),
        memory: &PolicyMemory { owner: owner.to_owned(), provider, ..PolicyMemory::default() },
        id_in_dns: IdSight::Known(None),
        mx: &MxFacts::Hosts(hosts),
        confirmed: Confirmation::Confirmed,
        now: now(),
    })
}

fn host(validated: &Validated) -> Option<PolicyHost> {
    let balancer = [LoadBalancer::Address("192.0.2.80".parse().unwrap())];
    validated.mta_sts.accepted().map(|spec| policy_host(&spec.address, spec.serving.way(), &balancer, false))
}

/// SPF and every selector answer, and nothing stood at `_dmarc` before.
fn dmarc_of(wanted: &mail_records::dmarc::Dmarc, validated: &Validated, keys: &[KeyDecision]) -> dmarc::DmarcDecision {
    let seen = || Support::Seen(Sight::EverywhereRight);
    let held = keys.iter().flat_map(|key| &key.publish).map(|(selector, _)| selector.clone());
    let delegated = validated.dkim.delegated.iter().map(|(selector, _)| selector.clone());
    let published = validated.dkim.published.iter().filter_map(|(name, _)| match name {
        mailward::domain::validate::DkimName::Selector(selector) => Some(selector.clone()),
        mailward::domain::validate::DkimName::Any => None,
    });
    let selectors: Vec<(Selector, Support)> = held.chain(delegated).chain(published).map(|selector| (selector, seen())).collect();
    dmarc::decide(&DmarcFacts {
        wanted,
        current: CurrentDmarc::Nothing,
        spf: validated.spf.accepted().map(|_| seen()),
        selectors,
    })
}
