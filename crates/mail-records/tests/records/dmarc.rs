use mail_records::dmarc::{
    Alignment, Context, Dmarc, FailureOption, ParseError, Policy, Psd, ReportAuthorization,
    is_dmarc, lint_text,
};
use mail_records::lint::{Finding, is_rejected};
use mail_records::name::is_same_or_below;

use crate::{assert_clean, assert_rejected, assert_warned};

const GOOD: &str =
    "v=DMARC1; p=quarantine; np=reject; rua=mailto:dmarc@example.com,mailto:x1@collector.example";

fn lint(text: &str) -> Vec<Finding> {
    lint_text(text, Context::default())
}

fn read(text: &str) -> Dmarc {
    Dmarc::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn dmarc_g1_tags_come_in_one_order_and_defaults_are_left_out() {
    let mut record = read("v=DMARC1; p=none; rua=mailto:a@example.com");
    assert_eq!(
        record.to_string(),
        "v=DMARC1; p=none; rua=mailto:a@example.com"
    );
    record.policy = Policy::Quarantine;
    record.subdomain_policy = Some(Policy::None);
    record.nonexistent_policy = Some(Policy::Reject);
    (record.adkim, record.aspf) = (Alignment::Strict, Alignment::Strict);
    (record.testing, record.psd) = (true, Psd::No);
    record.fo = [FailureOption::Spf, FailureOption::Any].into();
    record.ruf = vec!["mailto:f@example.com".parse().unwrap()];
    assert_eq!(
        record.to_string(),
        "v=DMARC1; p=quarantine; sp=none; np=reject; adkim=s; aspf=s; t=y; psd=n; fo=1:s; rua=mailto:a@example.com; \
         ruf=mailto:f@example.com"
    );
    assert_eq!(read(&record.to_string()), record);
}

#[test]
fn dmarc_g1_another_tag_between_version_and_policy_is_warned_about() {
    assert_warned(
        &lint("v=DMARC1; rua=mailto:a@example.com; p=none"),
        "DMARC-G1",
        "second",
    );
}

#[test]
fn a_record_is_read_as_receivers_read_it() {
    let record = read(
        "v = DMARC1;P=x;p = Reject ; adkim=S; t=maybe; fo=9; later=1; oops; rua=mailto:a@example.com , b@example.com",
    );
    assert_eq!(
        (record.policy, record.adkim, record.testing),
        (Policy::Reject, Alignment::Strict, false)
    );
    assert_eq!(record.rua.len(), 1);
    assert!(record.fo.is_empty());
}

#[test]
fn a_record_without_a_valid_policy_is_none_with_rua_and_nothing_without() {
    assert_eq!(
        read("v=DMARC1; rua=mailto:a@example.com").policy,
        Policy::None
    );
    assert_eq!(
        read("v=DMARC1; p=block; rua=mailto:a@example.com").policy,
        Policy::None
    );
    let wrong_sp = read("v=DMARC1; p=reject; sp=block; rua=mailto:a@example.com");
    assert_eq!(
        (wrong_sp.policy, wrong_sp.subdomain_policy),
        (Policy::None, None)
    );
    let nonexistent = read("v=DMARC1; p=reject; np=block; rua=mailto:a@example.com");
    assert_eq!(
        (nonexistent.policy, nonexistent.nonexistent_policy),
        (Policy::None, None)
    );
    assert_eq!(Dmarc::parse("v=DMARC1"), Err(ParseError::NoPolicy));
    assert!(
        Dmarc::parse("v=DMARC1; p=block")
            .unwrap_err()
            .to_string()
            .contains("p=\"block\"")
    );
    assert!(
        Dmarc::parse("v=DMARC1; p=none; p=reject")
            .unwrap_err()
            .to_string()
            .contains("stands twice")
    );
}

#[test]
fn a_record_without_a_policy_is_still_a_dmarc_record() {
    assert!(is_dmarc("v=DMARC1;") && is_dmarc("v = DMARC1 ; p=none"));
}

#[test]
fn the_version_is_first_and_exact() {
    for text in [
        "p=none; v=DMARC1",
        "v=DMARC1 p=none",
        "v=dmarc1; p=none",
        "v=DMARC2; p=none",
        " v=DMARC1; p=none",
        "",
        "v=spf1 -all",
    ] {
        assert_eq!(Dmarc::parse(text), Err(ParseError::NotDmarc), "{text}");
        assert!(!is_dmarc(text), "{text}");
    }
}

#[test]
fn records_that_say_the_same_have_the_same_meaning() {
    let same = |one: &str, other: &str| read(one).same_meaning(&read(other));
    assert!(same(
        "v=DMARC1; p=quarantine; sp=none; ri=86400; adkim=r; aspf=r; rua=mailto:dmarc@example.com; rf=afrf; pct=100",
        "v=DMARC1;p=quarantine;sp=none;rua=mailto:dmarc@Example.com;",
    ));
    assert!(same(
        "v=DMARC1; p=reject; sp=reject; np=reject; fo=1",
        "v=DMARC1; p=reject; psd=u; t=n"
    ));
    assert!(same(
        "v=DMARC1; p=none; fo=0; ruf=mailto:a@example.com",
        "v=DMARC1; p=none; ruf=mailto:a@example.com!10m"
    ));
    assert!(same(
        "v=DMARC1; p=none; rua=mailto:a@x.example,mailto:b@x.example",
        "v=DMARC1; p=none; rua=mailto:b@x.example,mailto:a@x.example"
    ));
    for (one, other) in [
        ("v=DMARC1; p=reject; pct=50", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=reject; t=y", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=reject; sp=none", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=reject; np=none", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=none; aspf=s", "v=DMARC1; p=none"),
        (
            "v=DMARC1; p=none; rua=mailto:a@x.example",
            "v=DMARC1; p=none; rua=mailto:A@x.example",
        ),
        (
            "v=DMARC1; p=none; fo=1; ruf=mailto:a@x.example",
            "v=DMARC1; p=none; ruf=mailto:a@x.example",
        ),
    ] {
        assert!(!same(one, other), "{one} | {other}");
    }
}

#[test]
fn an_obsolete_tag_is_written_only_when_it_was_read() {
    let text = "v=DMARC1; p=reject; rua=mailto:a@example.com; pct=50; rf=afrf; ri=3600";
    assert_eq!(read(text).to_string(), text);
    assert_warned(&lint(text), "DMARC-W1", "pct=, rf=, ri= no longer exists");
    let (modern, finding) = read(text).modernised();
    assert_eq!(
        modern.to_string(),
        "v=DMARC1; p=reject; t=y; rua=mailto:a@example.com"
    );
    assert_warned(&[finding.unwrap()], "DMARC-W1", "pct=50");
    assert_eq!(read("v=DMARC1; p=reject; pct=100").modernised().1, None);
}

#[test]
fn good_records_are_clean() {
    assert_clean(&lint(GOOD));
    assert_clean(&lint(
        "v=DMARC1; p=none; fo=1; rua=mailto:a@example.com; ruf=mailto:f@example.com",
    ));
}

#[test]
fn dmarc_r1_what_receivers_pass_over_is_rejected() {
    for (text, words) in [
        ("v=DMARC1; p=block; rua=mailto:a@example.com", "p=\"block\""),
        ("v=DMARC1; p=block", "p=\"block\""),
        ("v=DMARC1; rua=mailto:a@example.com", "p= is missing"),
        (
            "v=DMARC1; p=none; rua=dmarc@example.com",
            "write mailto:dmarc@example.com",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@bücher.example",
            "xn--bcher-kva.example",
        ),
        ("v=DMARC1; p=none; rua=mailto:é@example.com", "%C3%A9"),
        ("v=DMARC1; p=none; rua=", "empty"),
        ("v=DMARC1; p=none; rua=mailto:a@example.com,", "empty"),
        (
            "v=DMARC1; p=none; p=reject; rua=mailto:a@example.com",
            "p= stands twice",
        ),
        (
            "v=DMARC1; p=none; fo=0:1; rua=mailto:a@example.com; ruf=mailto:a@example.com",
            "0 and 1",
        ),
        (
            "v=DMARC1; p=none; fo=2; rua=mailto:a@example.com; ruf=mailto:a@example.com",
            "fo=\"2\"",
        ),
        (
            "v=DMARC1; p=none; psd=y; rua=mailto:a@example.com",
            "public suffixes",
        ),
        (
            "v=DMARC1; p=none; adkim=x; rua=mailto:a@example.com",
            "adkim=\"x\"",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@example.com; oops",
            "tag=value",
        ),
        ("v=DMARC1 p=none", "does not start"),
        ("p=none; v=DMARC1", "does not start"),
    ] {
        assert_rejected(&lint(text), "DMARC-R1", words);
    }
    let registry = Context {
        allow_psd: true,
        ..Context::default()
    };
    assert_clean(&lint_text(
        "v=DMARC1; p=none; psd=y; rua=mailto:a@example.com",
        registry,
    ));
}

#[test]
fn dmarc_w1_what_is_legal_and_unwise_is_warned_about() {
    for (text, words) in [
        ("v=DMARC1; p=none", "rua= is missing"),
        (
            "v=DMARC1; p=none; sp=reject; rua=mailto:a@example.com",
            "sp=reject with p=none",
        ),
        (
            "v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com",
            "weaker",
        ),
        ("v=DMARC1; p=reject; t=y; rua=mailto:a@example.com", "t=y"),
        (
            "v=DMARC1; p=none; rua=mailto:a@a.example,mailto:a@b.example,mailto:a@c.example",
            "3 addresses",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@example.com!10m",
            "size limit",
        ),
        (
            "v=DMARC1; p=none; rua=https://a.example.com/",
            "need not support",
        ),
        (
            "v=DMARC1; p=none; fo=1; rua=mailto:a@example.com",
            "ignored without ruf=",
        ),
    ] {
        let findings = lint(text);
        assert_warned(&findings, "DMARC-W1", words);
        assert!(!is_rejected(&findings), "{findings:?}");
    }
}

#[test]
fn dmarc_w1_what_only_the_surroundings_tell_is_judged_when_they_are_known() {
    let reject = "v=DMARC1; p=reject; rua=mailto:a@example.com";
    let with_dkim = |has_dkim| Context {
        has_dkim,
        ..Context::default()
    };
    assert_warned(
        &lint_text(reject, with_dkim(Some(false))),
        "DMARC-W1",
        "without a DKIM key",
    );
    assert_clean(&lint_text(reject, with_dkim(Some(true))));
    assert_clean(&lint_text(reject, with_dkim(None)));
    let below = Context {
        is_organizational: Some(false),
        ..Context::default()
    };
    assert_warned(
        &lint_text("v=DMARC1; p=none; sp=none; rua=mailto:a@example.com", below),
        "DMARC-W1",
        "organizational domain",
    );
}

#[test]
fn dmarc_g2_each_external_receiver_needs_one_authorization() {
    let record = read(
        "v=DMARC1; p=none; rua=mailto:a@Collector.example,mailto:b@collector.example,mailto:c@mail.example.com; ruf=mailto:d@other.example",
    );
    let names = record
        .report_authorizations("Example.com.", is_same_or_below)
        .unwrap();
    let of = |host: &str| ReportAuthorization {
        name: format!("example.com._report._dmarc.{host}"),
        host: host.to_owned(),
    };
    assert_eq!(names, [of("collector.example"), of("other.example")]);
    assert_eq!(ReportAuthorization::TEXT, "v=DMARC1;");
}

#[test]
fn dns_r1_an_authorization_name_that_dns_cannot_hold_is_an_error() {
    let label = "a".repeat(60);
    let record = read(&format!(
        "v=DMARC1; p=none; rua=mailto:a@{label}.{label}.example"
    ));
    let error = record
        .report_authorizations(&format!("{label}.{label}.example.com"), is_same_or_below)
        .unwrap_err();
    assert_eq!(error.rule(), "DNS-R1");
}
