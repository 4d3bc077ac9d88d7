use mail_records::lint::Finding;
use mail_records::spf::{Spf, lint_text};

use crate::{assert_clean, assert_rejected, assert_warned};

fn lint(text: &str) -> Vec<Finding> {
    lint_text(text, Some("example.com"))
}

#[test]
fn good_records_are_clean() {
    assert_clean(&lint(
        "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/48 include:_spf.provider.example -all",
    ));
    assert_clean(&lint("v=spf1 -all"));
    assert_clean(&lint("v=spf1 redirect=_spf.example.net"));
    assert_clean(&lint("v=spf1 exists:%{i}._spf.%{d} ~all"));
}

#[test]
fn spf_g1_a_version_in_capitals_is_warned_about() {
    assert_warned(&lint("V=SPF1 -all"), "SPF-G1", "lower case");
}

#[test]
fn spf_g1_two_records_are_rejected_under_their_own_rule() {
    let error = mail_records::spf::select(["v=spf1 -all", "v=spf1 ~all"]).unwrap_err();
    assert_rejected(&[error.into()], "SPF-G1", "2 SPF records");
}

#[test]
fn spf_r1_what_contradicts_itself_is_rejected() {
    assert_rejected(&lint("v=spf1 -all ~all"), "SPF-R1", "2 \"all\" terms");
    assert_rejected(
        &lint("v=spf1 include:a.example -all redirect=b.example"),
        "SPF-R1",
        "never used",
    );
    assert_rejected(
        &lint("v=spf1 redirect=a.example redirect=b.example"),
        "SPF-R1",
        "stands twice",
    );
}

#[test]
fn spf_r1_what_cannot_be_read_is_rejected() {
    assert_rejected(&lint("v=spf1 ip4:192.0.2 -all"), "SPF-R1", "four octets");
    assert_rejected(&lint("v=spf1 include:a.example\t-all"), "SPF-R1", "'\\t'");
    assert_rejected(&lint("v=spf1 a: -all"), "SPF-R1", "missing");
    assert_rejected(&lint("v=spf10"), "SPF-R1", "does not start");
}

#[test]
fn spf_r1_a_record_that_includes_itself_is_rejected() {
    assert_rejected(
        &lint("v=spf1 include:Example.COM. -all"),
        "SPF-R1",
        "a loop",
    );
    assert_rejected(&lint("v=spf1 redirect=example.com"), "SPF-R1", "a loop");
    assert_clean(&lint_text("v=spf1 include:example.com -all", None));
    assert_rejected(
        &lint_text("v=spf1 include:%{D} -all", None),
        "SPF-R1",
        "a loop",
    );
}

#[test]
fn spf_r1_an_include_written_as_a_url_is_rejected() {
    assert_rejected(
        &lint("v=spf1 include:https://spf.provider.example -all"),
        "SPF-R1",
        "not a URL",
    );
    assert_rejected(
        &lint("v=spf1 include:spf.provider.example/ -all"),
        "SPF-R1",
        "slash",
    );
}

#[test]
fn spf_r1_a_name_that_dns_cannot_hold_is_rejected() {
    assert_rejected(
        &lint("v=spf1 a:mail..example.com -all"),
        "SPF-R1",
        "empty label",
    );
}

#[test]
fn spf_r1_a_mechanism_with_an_equals_sign_is_rejected_because_receivers_ignore_it() {
    assert_rejected(
        &lint("v=spf1 ip4=192.0.2.1 -all"),
        "SPF-R1",
        "ip4: with a colon",
    );
}

#[test]
fn spf_r1_a_second_version_among_the_terms_is_rejected() {
    assert_rejected(&lint("v=spf1 v=spf1 -all"), "SPF-R1", "term v=spf1");
}

#[test]
fn spf_r2_everybody_is_rejected() {
    assert_rejected(&lint("v=spf1 +all"), "SPF-R2", "everybody");
    assert_rejected(&lint("v=spf1 all"), "SPF-R2", "everybody");
    for term in ["ip4:192.0.2.1/0", "ip6:2001:db8::/0", "a/0", "mx//0"] {
        assert_rejected(&lint(&format!("v=spf1 {term} -all")), "SPF-R2", term);
    }
}

#[test]
fn spf_w1_what_is_legal_and_unwise_is_warned_about() {
    assert_warned(&lint("v=spf1 ptr -all"), "SPF-W1", "reverse names");
    assert_warned(
        &lint("v=spf1 exists:%{p}.e.example -all"),
        "SPF-W1",
        "reverse names",
    );
    assert_warned(&lint("v=spf1 a ?all"), "SPF-W1", "?all");
    assert_warned(&lint("v=spf1 a"), "SPF-W1", "no \"all\"");
    assert_warned(&lint("v=spf1 ip4:10.0.0.0/15 -all"), "SPF-W1", "65536");
    assert_warned(&lint("v=spf1 -all mx"), "SPF-W1", "term mx stands after");
    assert_clean(&lint("v=spf1 ip4:10.0.0.0/16 -all exp=why.example.com"));
}

#[test]
fn spf_w1_more_than_eight_terms_are_warned_about_and_spf_g2_more_than_ten_rejected() {
    let with = |terms: usize| {
        let includes: Vec<_> = (0..terms)
            .map(|n| format!("include:s{n}.example"))
            .collect();
        lint(&format!("v=spf1 {} -all", includes.join(" ")))
    };
    assert_clean(&with(8));
    assert_warned(&with(9), "SPF-W1", "9 terms");
    assert_warned(&with(10), "SPF-W1", "10 terms");
    assert_rejected(&with(11), "SPF-G2", "11 terms");
}

#[test]
fn spf_w1_a_text_above_450_octets_is_warned_about_alone_or_with_its_siblings() {
    let of = |networks: usize| {
        let ip4: Vec<_> = (0..networks)
            .map(|n| format!("ip4:192.0.2.{}", n + 100))
            .collect();
        Spf::parse(&format!("v=spf1 {} -all", ip4.join(" "))).unwrap()
    };
    assert_warned(&of(30).lint(None), "SPF-W1", "octets");
    assert_eq!(of(30).lint_size(100), None, "said once is enough");
    assert_clean(&of(20).lint(None));
    assert_eq!(of(20).lint_size(100), None);
    assert_warned(
        &of(20).lint_size(200).into_iter().collect::<Vec<_>>(),
        "SPF-W1",
        "the other TXT",
    );
}

#[test]
fn spf_w2_both_softfail_and_fail_are_fine() {
    assert_clean(&lint("v=spf1 mx ~all"));
    assert_clean(&lint("v=spf1 mx -all"));
}
