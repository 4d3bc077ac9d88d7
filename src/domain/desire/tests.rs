//! From a spec and decisions to wanted records; what is kept although nobody wants it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use mail_records::{dkim::Selector, mta_sts::TxtRecord};

use super::*;
use crate::{
    api::{DkimKeyStatus, MtaStsStatus},
    domain::{
        objects::PolicyMemory,
        policy::{IdDecision, Withdrawal},
        test_support::spec,
        validate::{Install, validate},
    },
};

fn judged(yaml: &str) -> Validated {
    validate(&spec(yaml), &Install::default()).unwrap()
}

fn slots(names: &[&str]) -> BTreeSet<Slot> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn input<'a>(validated: &'a Validated, listed: &'a BTreeSet<Slot>) -> DesireInput<'a> {
    DesireInput { validated, listed, keys: &[], policy: None, policy_host: None, dmarc: None, spf_cost: None, parking: None }
}

fn lines(desired: &Desired) -> Vec<String> {
    let line = |wanted: &Wanted| {
        let held = wanted.hold.as_ref().map_or(String::new(), |hold| format!(" ({})", hold.reason));
        format!("{} {} {} {}{held}", wanted.slot, wanted.name, wanted.value.kind(), wanted.value)
    };
    desired.wanted.iter().map(line).collect()
}

fn announced(hold: Option<Hold>) -> IdDecision {
    IdDecision { record: TxtRecord::new("abc").unwrap(), hold }
}

fn policy_decision(id: Option<IdDecision>, withdrawal: Option<Withdrawal>) -> PolicyDecision {
    PolicyDecision {
        serve: None,
        memory: PolicyMemory::default(),
        id,
        refused: None,
        withdrawal,
        warnings: vec![],
        status: MtaStsStatus::default(),
    }
}

#[test]
fn every_block_becomes_its_record_at_its_name() {
    let validated = judged(
        "
        spf: {ip4: [192.0.2.1], all: Fail}
        dkim: {delegated: [{selector: s1, target: s1.senders.test}]}
        dmarc: {policy: None}
        mtaSts: {mode: None, address: Static, staticAddress: {ipv4: [203.0.113.7], ipv6: ['2001:db8::7']}}
        tlsRpt: {rua: ['mailto:tls@reports.test']}
        ttl: 300
        ",
    );
    let listed = BTreeSet::new();
    let id = policy_decision(Some(announced(None)), None);
    let addresses = validated
        .mta_sts
        .accepted()
        .map(|spec| crate::domain::policy_host::policy_host(&spec.address, spec.serving.way(), &[], false));
    let desired = desire(&DesireInput { policy: Some(&id), policy_host: addresses.as_ref(), ..input(&validated, &listed) });
    let expected = [
        "dmarc _dmarc.mail.lab TXT v=DMARC1; p=none",
        "mta-sts _mta-sts.mail.lab TXT v=STSv1; id=abc",
        "policy-host mta-sts.mail.lab A 203.0.113.7",
        "policy-host mta-sts.mail.lab AAAA 2001:db8::7",
        "sel:s1 s1._domainkey.mail.lab CNAME s1.senders.test.",
        "spf mail.lab TXT v=spf1 ip4:192.0.2.1 -all",
        "tls-rpt _smtp._tls.mail.lab TXT v=TLSRPTv1; rua=mailto:tls@reports.test",
    ];
    assert_eq!(lines(&desired), expected);
    assert!(desired.wanted.iter().all(|wanted| wanted.ttl == 300));
}

#[test]
fn a_parked_domain_gets_its_three_records_and_loses_the_others() {
    let validated = judged("parked: true");
    let listed = slots(&["spf", "dmarc", "sel:s1", "tls-rpt"]);
    let desired = desire(&input(&validated, &listed));
    let expected = [
        "dmarc _dmarc.mail.lab TXT v=DMARC1; p=reject",
        "sel:_any *._domainkey.mail.lab TXT v=DKIM1; p=",
        "spf mail.lab TXT v=spf1 -all",
    ];
    assert_eq!((lines(&desired), desired.keep), (expected.map(str::to_owned).to_vec(), slots(&[])));
}

#[test]
fn p5_a_refused_parking_changes_and_removes_nothing() {
    let (validated, listed) = (judged("parked: true"), slots(&["sel:s1", "spf", "tls-rpt"]));
    let hold = Hold { reason: "ParkingRefused", message: String::new() };
    let desired = desire(&DesireInput { parking: Some(&hold), ..input(&validated, &listed) });
    assert!(desired.wanted.iter().all(|wanted| wanted.hold.as_ref() == Some(&hold)));
    assert_eq!(desired.keep, slots(&["sel:s1", "tls-rpt"]));
}

#[test]
fn a_rejected_block_keeps_what_it_published_and_an_absent_one_does_not() {
    let validated =
        judged("{spf: {ip4: ['::1'], all: Fail}, tlsRpt: {rua: [nobody]}, dkim: {delegated: [{selector: a_b, target: a.test}]}}");
    let listed = slots(&["spf", "tls-rpt", "sel:s1", "dmarc"]);
    let desired = desire(&input(&validated, &listed));
    assert_eq!((desired.wanted, desired.keep), (vec![], slots(&["spf", "tls-rpt", "sel:s1"])));
}

#[test]
fn p3_the_record_of_a_lost_key_stays_beside_the_new_one() {
    let validated = judged("dkim: {keys: [{name: main, secretName: s}]}");
    let listed = slots(&["sel:main-00000000", "sel:main-11111111", "sel:old"]);
    let selector = |text: &str| Selector::new(text).unwrap();
    let record = mail_records::dkim::KeyRecord::ed25519([7; 32]);
    let decision = KeyDecision {
        generate: None,
        publish: vec![(selector("main-11111111"), record)],
        keep: vec![selector("main-00000000")],
        mark_verified: vec![],
        clear_verified: vec![],
        stable: None,
        phases: vec![],
        wait: None,
        lost: None,
        status: DkimKeyStatus { name: "main".into(), active_selector: None, selectors: vec![] },
    };
    let desired = desire(&DesireInput { keys: &[decision], ..input(&validated, &listed) });
    assert_eq!(desired.wanted[0].name.as_str(), "main-11111111._domainkey.mail.lab");
    assert_eq!(desired.keep, slots(&["sel:main-00000000"]));
}

#[test]
fn p5_and_p4_holds_reach_the_plan() {
    let validated = judged("{dmarc: {policy: Reject}, mtaSts: {mode: Testing, mx: [mx.mail.lab]}}");
    let listed = BTreeSet::new();
    let hold = |reason| Hold { reason, message: String::new() };
    let policy = policy_decision(Some(announced(Some(hold("PolicyNotConfirmed")))), None);
    let dmarc = DmarcDecision::Held(hold("DMARCHeld"));
    let desired = desire(&DesireInput { policy: Some(&policy), dmarc: Some(&dmarc), ..input(&validated, &listed) });
    let lines = lines(&desired);
    assert!(lines[0].ends_with("(DMARCHeld)") && lines[1].ends_with("(PolicyNotConfirmed)"), "{lines:?}");
}

#[test]
fn sts_g4_a_withdrawal_keeps_record_and_address_until_its_end() {
    let (validated, listed) = (judged("{}"), slots(&["mta-sts", "policy-host"]));
    let withdrawal = |records| Some(Withdrawal { safe_after: None, wait: None, records, objects: false });
    let under_way = policy_decision(None, withdrawal(false));
    assert_eq!(desire(&DesireInput { policy: Some(&under_way), ..input(&validated, &listed) }).keep, listed);
    let over = policy_decision(None, withdrawal(true));
    assert_eq!(desire(&DesireInput { policy: Some(&over), ..input(&validated, &listed) }).keep, slots(&[]));
}

#[test]
fn an_address_that_is_not_known_keeps_the_published_one() {
    let validated = judged("mtaSts: {mode: Testing, mx: [mx.mail.lab]}");
    let (listed, waiting) = (slots(&["policy-host"]), PolicyHost::Waiting("no address".into()));
    assert_eq!(desire(&DesireInput { policy_host: Some(&waiting), ..input(&validated, &listed) }).keep, listed);
}

#[test]
fn spf_g2_a_record_that_costs_too_much_with_its_includes_is_held_and_an_unknown_cost_is_not() {
    let validated = judged("spf: {include: [a.test], all: Fail}");
    let listed = BTreeSet::new();
    let problem = mail_records::lint::Finding::reject("SPF-G2", "12 lookups");
    let cost = Cost { terms: 12, problems: vec![problem], ..Cost::default() };
    let held = desire(&DesireInput { spf_cost: Some(&cost), ..input(&validated, &listed) });
    assert!(held.wanted[0].hold.as_ref().unwrap().message.contains("SPF-G2: 12 lookups"));
    let unknown = Cost { unknown_records: ["a.test".to_owned()].into(), ..Cost::default() };
    assert_eq!(desire(&DesireInput { spf_cost: Some(&unknown), ..input(&validated, &listed) }).wanted[0].hold, None);
}
