//! One domain with everything, as the controller plans it: published, found unchanged, withdrawn.
//!
//! Every provider is held to the same lines, so that one domain is the same record sets wherever its zone is. Where a DNS
//! server stands behind the bench, they are what it answers.

use std::collections::{BTreeMap, BTreeSet};

use mailward::{
    dns::{Name, RecordSet, RecordType, Txt, Value},
    plan::{self, Hold, Identity, Input, Plan, Role, Takeover, Wanted, slots},
    provider::{Provider, Snapshot, ZoneLookup},
};

use crate::{Bench, fixtures::*};

/// Somebody else's, at the apex.
const FOREIGN: &str = "google-site-verification=k4Qm0nLcV9";

/// A DKIM record of a 2048-bit key has more octets than one character-string holds.
fn key() -> String {
    format!("v=DKIM1; k=rsa; p={}AQAB", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A".repeat(12))
}

fn wanted() -> Vec<Wanted> {
    let domain = name("cafe.lab");
    let role = |role, value| (slots::of_role(role).unwrap(), role, value);
    let texts = [
        role(Role::Spf, Value::text("v=spf1 ip4:192.0.2.25 include:_spf.example.com ~all")),
        role(Role::Dmarc, Value::text("v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com")),
        role(Role::MtaSts, Value::text("v=STSv1; id=20261122T0600Z")),
        role(Role::TlsRpt, Value::text("v=TLSRPTv1; rua=mailto:tls@example.com")),
        role(Role::PolicyHost, Value::A([192, 0, 2, 80].into())),
        role(Role::PolicyHost, Value::Aaaa("2001:db8::80".parse().unwrap())),
        (slots::of_selector("main-1").unwrap(), Role::DkimKey, Value::text(&key())),
        (slots::of_selector("s1").unwrap(), Role::DkimCname, Value::Cname(name("s1.dkim.example.com"))),
    ];
    let one = |(slot, role, value)| {
        let name = slots::place(&slot, &domain).unwrap().name;
        Wanted { slot, role, name, value, ttl: 3600, hold: None::<Hold> }
    };
    texts.into_iter().map(one).collect()
}

/// What a visit does: read, plan, write.
async fn visit(provider: &dyn Provider, wanted: &[Wanted]) -> Plan {
    let domain = name("cafe.lab");
    let mut names = plan::names_of_interest(&domain, wanted, None);
    let mut observed = read(provider, &names).await;
    if let Some(marker) = plan::read_marker(&domain, &observed) {
        names = plan::names_of_interest(&domain, wanted, Some(&marker));
        observed = read(provider, &names).await;
    }
    let zones: BTreeMap<Name, ZoneLookup> = names.into_iter().map(|name| (name, ZoneLookup::Found(cafe()))).collect();
    let plan = plan::compute(&Input {
        me: &Identity { owner: "cluster-1/mail/cafe".to_owned(), uid: "7c9e6679-7425-40de-944b-e07fc1f90ae7".to_owned() },
        domain: &domain,
        wanted,
        keep: &BTreeSet::new(),
        prune: true,
        observed: &observed,
        zones: &zones,
        hidden: &BTreeMap::new(),
        takeover: &Takeover::default(),
        handover_from: None,
        contested: &BTreeSet::new(),
        marker_ttl: 300,
        limits: provider.limits(),
    });
    for zone in &plan.changes {
        provider.apply(&zone.zone, &zone.changes).await.unwrap();
    }
    plan
}

async fn read(provider: &dyn Provider, names: &BTreeSet<Name>) -> Snapshot {
    provider.read(&cafe(), &names.iter().cloned().collect::<Vec<_>>()).await.unwrap()
}

/// Name, TTL, type and value of each record, sorted.
async fn lines(bench: &impl Bench) -> Vec<String> {
    let line = |set: &RecordSet, value: &Value| format!("{} {} {} {value}", set.name, set.ttl, set.kind);
    let sets = bench.dump().await;
    let mut lines: Vec<String> = sets.iter().flat_map(|set| set.values.iter().map(|value| line(set, value))).collect();
    lines.sort();
    lines
}

async fn foreign(bench: &impl Bench) {
    bench.put(txt("cafe.lab", &[FOREIGN])).await;
}

pub async fn the_same_domain_is_the_same_record_sets_everywhere(bench: &impl Bench) {
    foreign(bench).await;
    visit(bench.provider(), &wanted()).await;
    let marker = "heritage=mailward; v=1; owner=cluster-1/mail/cafe; uid=7c9e6679-7425-40de-944b-e07fc1f90ae7; \
                  has=dmarc,mta-sts,policy-host,sel:main-1,sel:s1,spf,tls-rpt";
    let mut expected = vec![
        "_dmarc.cafe.lab 3600 TXT v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com".to_owned(),
        format!("_mailward.cafe.lab 300 TXT {marker}"),
        "_mta-sts.cafe.lab 3600 TXT v=STSv1; id=20261122T0600Z".to_owned(),
        "_smtp._tls.cafe.lab 3600 TXT v=TLSRPTv1; rua=mailto:tls@example.com".to_owned(),
        // The set was there, so its TTL stays (DNS-R5).
        format!("cafe.lab 300 TXT {FOREIGN}"),
        "cafe.lab 300 TXT v=spf1 ip4:192.0.2.25 include:_spf.example.com ~all".to_owned(),
        format!("main-1._domainkey.cafe.lab 3600 TXT {}", key()),
        "mta-sts.cafe.lab 3600 A 192.0.2.80".to_owned(),
        "mta-sts.cafe.lab 3600 AAAA 2001:db8::80".to_owned(),
        "s1._domainkey.cafe.lab 3600 CNAME s1.dkim.example.com.".to_owned(),
    ];
    expected.sort();
    assert_eq!(lines(bench).await, expected);

    let again = visit(bench.provider(), &wanted()).await;
    assert!(again.is_empty(), "P7: what was written is what was wanted: {again}");
    visit(bench.provider(), &[]).await;
    assert_eq!(lines(bench).await, [format!("cafe.lab 300 TXT {FOREIGN}")], "only what is ours goes");
}

pub async fn dns_g1_its_texts_are_cut_into_the_same_strings_everywhere(bench: &impl Bench) {
    visit(bench.provider(), &wanted()).await;
    let strings = |set: RecordSet| match set.values.as_slice() {
        [Value::Txt(txt)] => txt.strings().to_vec(),
        other => panic!("{other:?}"),
    };
    for wanted in wanted().iter().filter(|wanted| wanted.value.kind() == RecordType::Txt) {
        let stored = bench.stored(&wanted.name, RecordType::Txt).await.unwrap();
        let text = wanted.value.as_text().unwrap();
        assert_eq!(strings(stored), Txt::from_text(&text).strings(), "{text}");
    }
}
