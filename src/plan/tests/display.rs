//! A plan as a person reads it.

use super::world::*;

#[test]
fn a_plan_prints_one_sentence_for_each_line() {
    let world = World::new()
        .want("spf", &format!("TXT {SPF}"))
        .want("sel:s1", "CNAME s1.vendor.example")
        .want("sel:s2", "TXT v=DKIM1; p=")
        .want("policy-host", "A 192.0.2.1")
        .want("mta-sts", "TXT v=STSv1; id=2")
        .want("tls-rpt", "TXT v=TLSRPTv1; rua=mailto:t@example.com")
        .want("dmarc", &format!("TXT {DMARC}"))
        .hold()
        .there(DOMAIN, &format!("TXT {OTHER_SPF}"))
        .there("s1._domainkey.example.com", "TXT v=DKIM1; p=")
        .there("_mta-sts.example.com", "TXT v=STSv1; id=1")
        .there("_smtp._tls.example.com", "TXT v=TLSRPTv1;rua=mailto:t@example.com")
        .there("mta-sts.example.com", "CNAME policy.example")
        .there("old._domainkey.example.com", "TXT v=DKIM1; p=")
        .ours("mta-sts sel:old sel:s1 policy-host");
    let expected = "\
_dmarc.example.com TXT waits and nothing is changed there: SPF is not verified yet.
_mta-sts.example.com TXT changes from \"v=STSv1; id=1\" to \"v=STSv1; id=2\".
mta-sts.example.com A changes from CNAME \"policy.example.\" to \"192.0.2.1\".
old._domainkey.example.com TXT \"v=DKIM1; p=\" is deleted, because the spec asks for it no more.
s1._domainkey.example.com CNAME changes from TXT \"v=DKIM1; p=\" to \"s1.vendor.example.\".
s2._domainkey.example.com TXT is created as \"v=DKIM1; p=\".
example.com TXT is left alone: DNS-G4: \"v=spf1 include:old.example -all\" is not ours and stands where \
\"v=spf1 ip4:192.0.2.1 -all\" should go; remove it, let the spec say the same, or set `adoption: Adopt` to have it replaced once.
_smtp._tls.example.com TXT already says \"v=TLSRPTv1;rua=mailto:t@example.com\" and counts as ours from now on.
";
    assert_eq!(world.plan().to_string(), expected);
}
