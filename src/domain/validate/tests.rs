//! Bad input names field and rule, and leaves the other blocks alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]

use mail_records::spf::Mechanism;

use super::*;
use crate::{api::MailDomainSpec, domain::test_support::spec};

fn judged(yaml: &str) -> Validated {
    validate(&spec(yaml), &Install::default()).unwrap()
}

fn refusals(yaml: &str) -> Vec<String> {
    judged(yaml).refusals().map(ToString::to_string).collect()
}

/// Exactly one refusal, which names this field and this rule.
fn refused(yaml: &str, field: &str, rule: &str) -> String {
    let refusals = refusals(yaml);
    let [only] = refusals.as_slice() else { panic!("one refusal expected: {refusals:#?}") };
    assert!(only.starts_with(&format!("{field}: {rule}: ")), "{only}");
    only.clone()
}

const KEY: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwe34ubzrMzM9sT0XVkcc3UXd7W+EHCyHoqn70l2AxXox52lAZzH/UnKwAoO+5qsuP7T9QOifIJ9ddNH9lEQ95Y/GdHBsPLGdgSJIs95mXNxscD6MSyejpenMGL9TPQAcxfqY5xPViZ+1wA1qcryjdZKRqf1f4fpMY+x3b8k7H5Qyf/Smz0sv4xFsx1r+THNIz0rzk2LO3GvE0f1ybp6P+5eAelYU4mGeZQqsKw/eB20I3jHWEyGrXuvzB67nt6ddI+N2eD5K38wg/aSytOsb5O+bUSEe7P0zx9ebRRVknCD6uuqG3gSmQmttlD5OrMWSXzrPIXe8eTBaaPd+e/jfxwIDAQAB";

#[test]
fn a_whole_domain_is_accepted() {
    let judged = judged(&format!(
        "
        spf: {{ip4: [192.0.2.0/28], mx: ['@'], include: [_spf.senders.test], all: SoftFail}}
        dkim:
          keys: [{{name: main, secretName: lab-dkim}}]
          published: [{{selector: google, publicKey: {KEY}}}]
          delegated: [{{selector: selector1, target: selector1-lab._domainkey.tenant.senders.test}}]
        dmarc: {{policy: Quarantine, rua: ['mailto:reports@mail.lab']}}
        mtaSts: {{mode: Testing, mx: [mx1.mail.lab], address: External}}
        tlsRpt: {{rua: ['https://reports.test/tls']}}
        "
    ));
    assert_eq!(judged.refusals().count(), 0, "{:#?}", judged.complaints);
    assert_eq!(judged.spf.accepted().unwrap().to_string(), "v=spf1 ip4:192.0.2.0/28 mx include:_spf.senders.test ~all");
    assert_eq!((judged.dkim.keys.len(), judged.dkim.published.len(), judged.dkim.delegated.len()), (1, 1, 1));
    assert_eq!(judged.dmarc.accepted().unwrap().to_string(), "v=DMARC1; p=quarantine; rua=mailto:reports@mail.lab");
    assert_eq!(judged.names.tls_rpt.as_str(), "_smtp._tls.mail.lab");
}

#[test]
fn spf_r1_an_ip6_address_in_ip4_is_named_with_its_index() {
    let why = refused("spf: {ip4: [192.0.2.1, '2001:db8::1'], all: Fail}", "spec.spf.ip4[1]", "SPF-R1");
    assert!(why.contains("ip6"), "{why}");
}

#[test]
fn spf_r1_two_terminals_and_no_terminal_are_refused() {
    refused("spf: {terms: [redirect=_spf.senders.test], all: Fail}", "spec.spf.terms", "SPF-R1");
    refused("spf: {ip4: [192.0.2.1]}", "spec.spf.all", "SPF-R1");
}

#[test]
fn spf_r1_a_term_that_hides_a_second_one_is_refused() {
    refused("spf: {terms: ['exists:%{i}.a.test ip4:192.0.2.1'], all: Fail}", "spec.spf.terms[0]", "SPF-R1");
}

#[test]
fn spf_g2_eleven_literal_lookups_are_refused_and_the_other_blocks_go_on() {
    let includes: Vec<_> = (0..11).map(|index| format!("s{index}.senders.test")).collect();
    let yaml = format!("spf: {{include: [{}], all: Fail}}\ndmarc: {{policy: None}}", includes.join(", "));
    refused(&yaml, "spec.spf", "SPF-G2");
    let judged = judged(&yaml);
    assert!(judged.spf.is_rejected());
    assert!(judged.dmarc.accepted().is_some());
}

#[test]
fn dns_g3_a_u_label_domain_stops_everything_and_gets_its_a_label() {
    let spec = MailDomainSpec { domain: "bücher.lab".into(), ..spec("{}") };
    let why = validate(&spec, &Install::default()).unwrap_err().to_string();
    assert!(why.starts_with("spec.domain: DNS-G3: ") && why.contains("xn--bcher-kva.lab"), "{why}");
}

#[test]
fn dns_r1_the_longest_prefix_is_judged_with_the_domain() {
    let long = format!("{}.lab", ["a".repeat(60), "b".repeat(60), "c".repeat(60), "d".repeat(58)].join("."));
    let spec = MailDomainSpec { domain: long, ..spec("{}") };
    let why = validate(&spec, &Install::default()).unwrap_err().to_string();
    assert!(why.starts_with("spec.domain: DNS-R1: "), "{why}");
}

#[test]
fn dns_r1_a_label_of_64_octets_after_prefixing_is_refused() {
    let name = "k".repeat(55);
    let yaml = format!("dkim: {{keys: [{{name: {name}, secretName: lab-dkim}}]}}");
    refused(&yaml, "spec.dkim.keys[0].name", "DNS-R1");
    let yaml = format!("dkim: {{delegated: [{{selector: {}, target: a.test}}]}}", "s".repeat(64));
    refused(&yaml, "spec.dkim.delegated[0].selector", "DNS-R1");
}

#[test]
fn dkim_r1_a_bad_pasted_key_leaves_the_other_selectors_alone() {
    let yaml =
        format!("dkim: {{published: [{{selector: cut, publicKey: {}}}, {{selector: good, publicKey: {KEY}}}]}}", &KEY[..200]);
    refused(&yaml, "spec.dkim.published[0].publicKey", "DKIM-R1");
    let dkim = judged(&yaml).dkim;
    assert!(dkim.rejected, "no selector may be removed while an entry cannot be read");
    assert_eq!(dkim.published.len(), 1);
}

#[test]
fn dkim_r1_a_selector_stands_once_and_never_where_a_key_of_ours_could_be() {
    let twice =
        format!("dkim: {{published: [{{selector: one, publicKey: {KEY}}}], delegated: [{{selector: one, target: a.test}}]}}");
    refused(&twice, "spec.dkim.delegated[0].selector", "DKIM-R1");
    let ours = "dkim: {keys: [{name: main, secretName: s}], delegated: [{selector: main-0a1b2c3d, target: a.test}]}";
    refused(ours, "spec.dkim.delegated[0].selector", "DKIM-R1");
    refused("dkim: {delegated: [{selector: not_one, target: a.test}]}", "spec.dkim.delegated[0].selector", "DKIM-R1");
}

#[test]
fn dmarc_r1_a_report_address_without_mailto_is_refused() {
    let why = refused("dmarc: {policy: None, rua: [reports@mail.lab]}", "spec.dmarc.rua[0]", "DMARC-R1");
    assert!(why.contains("mailto:reports@mail.lab"), "{why}");
}

#[test]
fn dmarc_g2_reports_to_somebody_else_need_his_record_and_reports_at_home_do_not() {
    let judged = judged("dmarc: {policy: None, rua: ['mailto:a@collector.test', 'mailto:b@reports.mail.lab']}");
    let [only] = judged.report_authorizations.as_slice() else { panic!("{:?}", judged.report_authorizations) };
    assert_eq!(only.name.as_str(), "mail.lab._report._dmarc.collector.test");
    assert!(only.unauthorized().contains(r#"mail.lab._report._dmarc.collector.test. TXT "v=DMARC1;""#));
}

#[test]
fn obsolete_dmarc_tags_are_written_on_request_with_a_warning() {
    let judged = judged("dmarc: {policy: Quarantine, obsolete: {pct: 100, ri: 86400, rf: [afrf]}}");
    let text = judged.dmarc.accepted().unwrap().to_string();
    assert!(text.contains("pct=100") && text.contains("ri=86400") && text.contains("rf=afrf"), "{text}");
    assert!(judged.warnings().any(|warning| warning.to_string().contains("pct=, rf=, ri=")), "{:?}", judged.complaints);
}

#[test]
fn tlsrpt_r1_http_is_refused() {
    refused("tlsRpt: {rua: ['http://reports.test/tls']}", "spec.tlsRpt.rua[0]", "TLSRPT-R1");
}

#[test]
fn sts_r1_a_star_stands_for_a_whole_leftmost_label() {
    for pattern in ["*", "mail*.mail.lab", "*.*.lab"] {
        let yaml = format!("mtaSts: {{mode: Testing, mx: ['{pattern}']}}");
        let refusals = refusals(&yaml);
        assert!(refusals.iter().all(|why| why.starts_with("spec.mtaSts.mx[0]: STS-R1: ")), "{refusals:?}");
        assert_eq!(refusals.len(), 1, "{refusals:?}");
    }
}

#[test]
fn sts_r1_enforce_without_mx_and_a_max_age_above_a_year_are_refused() {
    refused("mtaSts: {mode: Enforce}", "spec.mtaSts", "STS-R1");
    refused("mtaSts: {mode: Testing, mx: [mx.mail.lab], maxAge: 31557601}", "spec.mtaSts", "STS-R1");
}

#[test]
fn p9_an_annotation_off_the_installs_list_and_a_private_address_are_refused() {
    let yaml = "mtaSts: {mode: None, serving: {ingress: {annotations: {example.com/snippet: x}}}}";
    refused(yaml, "spec.mtaSts.serving.ingress.annotations", "P9");
    let yaml = "mtaSts: {mode: None, address: Static, staticAddress: {ipv4: [10.0.0.1]}}";
    refused(yaml, "spec.mtaSts.staticAddress.ipv4[0]", "STS-R1");
    let open = Install { allow_private_addresses: true, ..Install::default() };
    assert_eq!(validate(&spec(yaml), &open).unwrap().refusals().count(), 0);
}

#[test]
fn dns_r2_a_cname_excludes_addresses() {
    let yaml = "mtaSts: {mode: None, address: Static, staticAddress: {ipv4: [203.0.113.7], cname: cdn.test}}";
    refused(yaml, "spec.mtaSts.staticAddress", "DNS-R2");
}

#[test]
fn a_parked_domain_says_that_nothing_is_sent_and_nothing_signs() {
    let judged = judged("parked: true");
    assert_eq!(judged.spf.accepted().unwrap().to_string(), "v=spf1 -all");
    assert_eq!(judged.dmarc.accepted().unwrap().to_string(), "v=DMARC1; p=reject");
    let [(DkimName::Any, record)] = judged.dkim.published.as_slice() else { panic!("{:?}", judged.dkim) };
    assert_eq!(record.to_string(), "v=DKIM1; p=");
    assert!(
        judged
            .spf
            .accepted()
            .unwrap()
            .terms
            .iter()
            .all(|term| matches!(term, mail_records::spf::Term::Directive { mechanism: Mechanism::All, .. }))
    );
}

#[test]
fn parked_excludes_the_blocks_and_then_publishes_nothing() {
    let judged = judged("{parked: true, spf: {all: Fail}}");
    assert_eq!(judged.refusals().count(), 1);
    assert!(judged.spf.is_rejected() && judged.dmarc.is_rejected() && judged.dkim.rejected);
}
