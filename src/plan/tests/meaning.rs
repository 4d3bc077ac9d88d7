//! Which values compete with ours, and which say the same.

use super::{super::Role, world::value};

fn competes(role: Role, text: &str) -> bool {
    role.competes(&value(text))
}

#[test]
fn dns_g4_spf_is_v_spf1_and_then_a_space_or_the_end() {
    for text in ["TXT v=spf1", "TXT v=spf1 -all", "TXT V=SPF1 -all"] {
        assert!(competes(Role::Spf, text), "{text}");
    }
    for text in ["TXT v=spf10 -all", "TXT google-site-verification=v=spf1", "TXT  v=spf1 -all", "A 192.0.2.1"] {
        assert!(!competes(Role::Spf, text), "{text}");
    }
}

#[test]
fn a_version_competes_also_when_it_is_written_carelessly() {
    for (role, version) in [(Role::Dmarc, "DMARC1"), (Role::MtaSts, "STSv1"), (Role::TlsRpt, "TLSRPTv1")] {
        let lower = version.to_lowercase();
        for text in [format!("v={version};"), format!("v={version}"), format!(" V = {lower} ; x=y")] {
            assert!(competes(role, &format!("TXT {text}")), "{text}");
        }
        for text in [format!("v={version}0;"), format!("x=1; v={version};"), "v".to_owned(), "junk".to_owned(), "v=ü".to_owned()]
        {
            assert!(!competes(role, &format!("TXT {text}")), "{text}");
        }
    }
}

#[test]
fn any_text_competes_at_a_selector_and_the_slot_owns_the_alias_too() {
    assert!(competes(Role::DkimKey, "TXT anything"));
    assert!(!competes(Role::DkimKey, "CNAME s1.vendor.example"));
    assert!(Role::DkimKey.owns(&value("CNAME s1.vendor.example")));
    assert!(Role::DkimCname.owns(&value("TXT anything")));
    assert!(!Role::DkimCname.owns(&value("A 192.0.2.1")));
}

#[test]
fn addresses_and_an_alias_compete_at_the_policy_host_and_a_text_does_not() {
    for text in ["A 192.0.2.1", "AAAA 2001:db8::1", "CNAME policy.example"] {
        assert!(competes(Role::PolicyHost, text), "{text}");
    }
    assert!(!competes(Role::PolicyHost, "TXT junk"));
}

#[test]
fn sameness_is_by_meaning_for_each_role() {
    let same = [
        (Role::Spf, "TXT v=spf1 ip4:192.0.2.1 -all", "TXT V=SPF1  IP4:192.0.2.1/32   -ALL"),
        (Role::DkimKey, "TXT v=DKIM1; k=rsa; p=", "TXT v=DKIM1;p=;"),
        (Role::Dmarc, "TXT v=DMARC1; p=none", "TXT v=DMARC1;p=none;pct=100;"),
        (Role::MtaSts, "TXT v=STSv1; id=1", "TXT v=STSv1;id=1;"),
        (Role::TlsRpt, "TXT v=TLSRPTv1; rua=mailto:t@example.com", "TXT v=TLSRPTv1;rua=mailto:t@example.com;"),
        (Role::DkimCname, "CNAME s1.Vendor.example.", "CNAME s1.vendor.example"),
    ];
    for (role, left, right) in same {
        assert!(role.same(&value(left), &value(right)), "{left} | {right}");
    }
}

#[test]
fn what_differs_or_cannot_be_read_is_not_the_same() {
    let differ = [
        (Role::Spf, "TXT v=spf1 -all", "TXT v=spf1 ~all"),
        (Role::Spf, "TXT v=spf1 broken: -all", "TXT v=spf1  broken: -all"),
        (Role::Dmarc, "TXT v=DMARC1; p=none", "TXT v=DMARC1; p=none; pct=50"),
        (Role::Dmarc, "TXT v=DMARC1; p=none", "TXT v=dmarc1; p=none"),
        (Role::MtaSts, "TXT v=STSv1; id=1", "TXT v=STSv1 ; id=1"),
        (Role::TlsRpt, "TXT v=TLSRPTv1; rua=mailto:a@example.com", "TXT v=TLSRPTv1; rua=mailto:b@example.com"),
        (Role::DkimCname, "CNAME a.example", "CNAME b.example"),
        (Role::PolicyHost, "A 192.0.2.1", "AAAA 2001:db8::1"),
    ];
    for (role, left, right) in differ {
        assert!(!role.same(&value(left), &value(right)), "{left} | {right}");
    }
}
