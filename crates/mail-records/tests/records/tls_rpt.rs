use mail_records::tls_rpt::{TlsRpt, is_tls_rpt, lint_text};

use crate::{assert_clean, assert_rejected, assert_warned};

const GOOD: &str = "v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.com/tlsrpt";

#[test]
fn tlsrpt_g1_a_good_record_is_clean_and_written_as_it_was_read() {
    assert_clean(&lint_text(GOOD, Some("example.com")));
    assert_eq!(TlsRpt::parse(GOOD).unwrap().to_string(), GOOD);
}

#[test]
fn tlsrpt_g1_at_least_one_address_is_needed() {
    assert_rejected(
        &TlsRpt { rua: vec![] }.lint(None),
        "TLSRPT-R1",
        "rua= is missing",
    );
    assert_rejected(
        &lint_text("v=TLSRPTv1; rua=", None),
        "TLSRPT-R1",
        "rua= is missing",
    );
    assert_rejected(
        &lint_text("v=TLSRPTv1;", None),
        "TLSRPT-R1",
        "rua= is missing",
    );
}

#[test]
fn tlsrpt_r1_what_is_no_report_address_is_rejected() {
    for (rua, words) in [
        ("http://reports.example.com/", "only mailto: and https:"),
        ("tls@example.com", "write mailto:tls@example.com"),
        ("mailto:tls", "mailto:local-part@domain"),
        ("mailto:a!b@example.com", "%21"),
        ("mailto:a@bücher.example", "xn--bcher-kva.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https:", "not a valid https URL"),
        ("mailto:é@example.com", "%C3%A9"),
    ] {
        assert_rejected(
            &lint_text(&format!("v=TLSRPTv1; rua={rua}"), None),
            "TLSRPT-R1",
            words,
        );
    }
}

#[test]
fn tlsrpt_r1_a_comma_or_semicolon_inside_an_address_must_be_encoded() {
    assert_rejected(
        &lint_text("v=TLSRPTv1; rua=https://r.example.com/a,b", None),
        "TLSRPT-R1",
        "\"b\"",
    );
    assert_rejected(
        &lint_text("v=TLSRPTv1; rua=https://r.example.com/a;b", None),
        "TLSRPT-R1",
        "\"b\"",
    );
    assert_clean(&lint_text(
        "v=TLSRPTv1; rua=https://r.example.com/a%2Cb%3B",
        None,
    ));
}

#[test]
fn the_version_is_exact_and_directly_followed_by_a_semicolon() {
    assert!(is_tls_rpt(GOOD));
    for text in [
        "v=TLSRPTv1 ;rua=mailto:a@example.com",
        "v=tlsrptv1; rua=mailto:a@example.com",
        "rua=mailto:a@example.com; v=TLSRPTv1",
    ] {
        assert_rejected(&lint_text(text, None), "TLSRPT-R1", "does not start");
    }
}

#[test]
fn tlsrpt_w1_mail_to_the_domain_itself_as_the_only_way_is_warned_about() {
    assert_warned(
        &lint_text(
            "v=TLSRPTv1; rua=mailto:a@mail.example.com",
            Some("example.com"),
        ),
        "TLSRPT-W1",
        "example.com",
    );
    assert_clean(&lint_text(
        "v=TLSRPTv1; rua=mailto:a@example.net",
        Some("example.com"),
    ));
    assert_clean(&lint_text(
        "v=TLSRPTv1; rua=https://example.com/tlsrpt",
        Some("example.com"),
    ));
}

#[test]
fn the_order_of_addresses_and_the_case_of_their_domains_have_no_meaning() {
    let one =
        TlsRpt::parse("v=TLSRPTv1; rua=mailto:A@Example.com,https://R.example.com/x;").unwrap();
    let other =
        TlsRpt::parse("v=TLSRPTv1;rua=https://r.example.com/x , mailto:A@example.com; ext=1")
            .unwrap();
    let third =
        TlsRpt::parse("v=TLSRPTv1; rua=mailto:a@example.com,https://r.example.com/x").unwrap();
    assert!(one.same_meaning(&other));
    assert!(!one.same_meaning(&third), "a local part has case");
}
