use mail_records::mta_sts::{
    Context, MAX_POLICY, Mode, MxPattern, Policy, PolicyError, TxtRecord, lint_text,
};

use crate::{assert_clean, assert_rejected, assert_warned};

const TEXT: &str = "version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmx: *.in.provider.example\r\nmax_age: 604800\r\n";

fn policy(mode: Mode, mx: &[&str], max_age: u32) -> Policy {
    Policy {
        mode,
        mx: mx.iter().map(|mx| mx.parse().unwrap()).collect(),
        max_age,
    }
}

#[test]
fn sts_g1_the_policy_text_is_stable_to_the_byte() {
    let policy = policy(
        Mode::Testing,
        &["mx1.example.com", "*.in.provider.example"],
        604_800,
    );
    assert_eq!(policy.to_text(), TEXT);
    assert_eq!(Policy::parse(TEXT), Ok(policy));
}

#[test]
fn a_policy_is_read_as_senders_read_it() {
    let loose = "max_age:604800\nmx :  MX1.example.com \nversion: STSv1\n\nfuture: 1\nmode: testing\nmode: enforce\nmx: *.in.provider.example";
    assert_eq!(
        Policy::parse(loose),
        Policy::parse(TEXT),
        "LF, spaces, order, unknown keys, the first of two modes"
    );
    assert_eq!(
        Policy::parse("version: STSv1\nmode: none\nmax_age: 86400")
            .unwrap()
            .mx,
        []
    );
}

#[test]
fn sts_r1_what_senders_refuse_is_rejected_with_the_line() {
    for (from, to, words) in [
        ("STSv1", "STSv2", "STSv2"),
        ("testing", "block", "none of enforce, testing, none"),
        ("604800", "31557601", "31557601"),
        ("604800", "-1", "-1"),
        ("604800", "+1", "+1"),
        ("604800", "99999999999", "99999999999"),
        ("mode: testing\r\n", "", "no mode: line"),
        ("mode: testing", "mode testing", "key: value"),
        ("mx1.example.com", "bücher.example", "xn--bcher-kva.example"),
    ] {
        let error = Policy::parse(&TEXT.replace(from, to)).expect_err(to);
        assert_rejected(&[error.into()], "STS-R1", words);
    }
}

#[test]
fn sts_r1_a_policy_above_64_kb_is_rejected_read_or_written() {
    let long = format!("{TEXT}{}", "x: y\r\n".repeat(MAX_POLICY / 6));
    assert_eq!(Policy::parse(&long), Err(PolicyError::TooLarge(long.len())));
    let patterns: Vec<_> = (0..4000).map(|n| format!("mx{n}.example.com")).collect();
    let patterns: Vec<_> = patterns.iter().map(String::as_str).collect();
    assert_rejected(
        &policy(Mode::Testing, &patterns, 604_800).lint(&Context::default()),
        "STS-R1",
        "64 KB",
    );
}

#[test]
fn sts_r1_enforce_and_testing_need_a_pattern() {
    for mode in [Mode::Enforce, Mode::Testing] {
        assert_rejected(
            &policy(mode, &[], 604_800).lint(&Context::default()),
            "STS-R1",
            "at least one mx:",
        );
        assert_eq!(
            Policy::parse(&policy(mode, &[], 604_800).to_text()),
            Err(PolicyError::Missing("mx"))
        );
    }
    assert_clean(&policy(Mode::None, &[], 86_400).lint(&Context::default()));
}

#[test]
fn sts_r1_a_max_age_above_a_year_is_rejected() {
    assert_rejected(
        &policy(Mode::None, &[], 31_557_601).lint(&Context::default()),
        "STS-R1",
        "31557601",
    );
    assert_clean(&policy(Mode::None, &[], 31_557_600).lint(&Context::default()));
}

#[test]
fn sts_r1_a_pattern_is_a_host_name_with_at_most_a_star_for_its_first_label() {
    for (text, words) in [
        ("*", "whole leftmost label"),
        ("*.*.example.net", "whole leftmost label"),
        ("m*.example.net", "whole leftmost label"),
        ("a.*.example.net", "whole leftmost label"),
        ("mx.example.net.", "remove the dot"),
        ("192.0.2.1", "IP address"),
        ("*.", "empty"),
        ("", "empty"),
        ("[192.0.2.1]", "'['"),
        ("bücher.example", "xn--bcher-kva.example"),
    ] {
        let error = MxPattern::parse(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_star_stands_for_exactly_one_label() {
    let pattern: MxPattern = "*.Example.net".parse().unwrap();
    assert!(pattern.matches("a.example.NET."));
    for host in [
        "example.net",
        "a.b.example.net",
        ".example.net",
        "aexample.net",
    ] {
        assert!(!pattern.matches(host), "{host}");
    }
    assert!(
        "mx.example.net"
            .parse::<MxPattern>()
            .unwrap()
            .matches("MX.example.net")
    );
}

#[test]
fn sts_g3_enforce_with_an_mx_that_no_pattern_matches_is_rejected() {
    let context = Context {
        mx_hosts: Some(&["mx1.example.com", "mx2.example.com"]),
        ..Context::default()
    };
    let of = |mode| policy(mode, &["mx1.example.com"], 604_800);
    assert_eq!(
        of(Mode::Enforce).uncovered(["mx1.example.com", "mx2.example.com"]),
        ["mx2.example.com"]
    );
    assert_rejected(
        &of(Mode::Enforce).lint(&context),
        "STS-G3",
        "mx2.example.com",
    );
    assert_warned(
        &of(Mode::Testing).lint(&context),
        "STS-G3",
        "mx2.example.com",
    );
    assert_clean(&of(Mode::None).lint(&context));
}

#[test]
fn sts_w1_what_is_legal_and_unwise_is_warned_about() {
    let enforce = |max_age| {
        policy(
            Mode::Enforce,
            &["mx1.example.com", "*.old.example"],
            max_age,
        )
    };
    assert_warned(
        &enforce(86_399).lint(&Context::default()),
        "STS-W1",
        "less than a day",
    );
    assert_clean(&enforce(86_400).lint(&Context::default()));

    let context = Context {
        mx_hosts: Some(&["mx1.example.com"]),
        has_tls_rpt: Some(false),
        is_first: None,
    };
    assert_warned(
        &enforce(604_800).lint(&context),
        "STS-W1",
        "*.old.example matches none",
    );
    assert_warned(&enforce(604_800).lint(&context), "STS-W1", "TLS-RPT");

    let null = Context {
        mx_hosts: Some(&["."]),
        ..Context::default()
    };
    assert_warned(&enforce(604_800).lint(&null), "STS-W1", "null MX");
}

#[test]
fn sts_r1_none_as_a_first_policy_is_warned_about() {
    let first = Context {
        is_first: Some(true),
        ..Context::default()
    };
    assert_warned(
        &policy(Mode::None, &[], 86_400).lint(&first),
        "STS-R1",
        "does nothing",
    );
}

#[test]
fn a_txt_record_is_written_as_it_was_read() {
    let text = "v=STSv1; id=20261122T0915";
    assert_eq!(TxtRecord::parse(text).unwrap().to_string(), text);
    assert_eq!(TxtRecord::parse("v=STSv1;id=1 ;ext=2;").unwrap().id(), "1");
}

#[test]
fn sts_r1_a_txt_record_that_readers_disagree_on_is_rejected() {
    for (text, words) in [
        ("v=STSv1 ; id=1", "does not start"),
        ("v=stsv1; id=1", "does not start"),
        ("id=1; v=STSv1;", "does not start"),
        ("v=STSv1;", "id= is missing"),
        ("v=STSv1; id=", "1 to 32"),
        ("v=STSv1; id=2026-11-22", "1 to 32"),
        ("v=STSv1; id=123456789012345678901234567890123", "1 to 32"),
        ("v=STSv1; id=1; id=2", "stands twice"),
    ] {
        assert_rejected(&lint_text(text), "STS-R1", words);
    }
    assert_clean(&lint_text("v=STSv1; id=12345678901234567890123456789012"));
}
