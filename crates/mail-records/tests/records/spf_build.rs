use mail_records::spf::{BuildError, Builder, DomainSpec, Qualifier, Term};

fn domain(text: &str) -> DomainSpec {
    DomainSpec::parse(text).unwrap()
}

fn terms(texts: &[&str]) -> Vec<Term> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn everything() -> Builder {
    Builder::new()
        .include([domain("_spf.provider.example")])
        .terms(terms(&["exists:%{i}.e.example", "-a:bad.example"]))
        .mx([None])
        .a([None, Some(domain("mail.example.net"))])
        .ip6(["2001:db8:25::/48".parse().unwrap()])
        .ip4(["192.0.2.0/28".parse().unwrap()])
}

#[test]
fn spf_g3_the_order_is_addresses_then_hosts_then_includes_then_the_rest_then_the_end() {
    assert_eq!(
        everything()
            .all(Qualifier::SoftFail)
            .build()
            .unwrap()
            .to_string(),
        "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/48 a a:mail.example.net mx include:_spf.provider.example \
         exists:%{i}.e.example -a:bad.example ~all"
    );
}

#[test]
fn spf_g3_a_redirect_among_the_terms_is_the_end() {
    let spf = Builder::new()
        .terms(terms(&["redirect=_spf.example.net", "exists:e.example"]))
        .mx([None])
        .build();
    assert_eq!(
        spf.unwrap().to_string(),
        "v=spf1 mx exists:e.example redirect=_spf.example.net"
    );
}

#[test]
fn spf_g3_what_says_the_same_twice_stands_once() {
    let spf = Builder::new()
        .ip4([
            "192.0.2.5/28".parse().unwrap(),
            "192.0.2.0/28".parse().unwrap(),
        ])
        .include([domain("a.example"), domain("A.example.")])
        .terms(terms(&["include:a.example", "-include:a.example"]))
        .all(Qualifier::Fail)
        .build();
    assert_eq!(
        spf.unwrap().to_string(),
        "v=spf1 ip4:192.0.2.5/28 include:a.example -include:a.example -all"
    );
}

#[test]
fn spf_w2_the_end_is_never_a_hidden_default() {
    assert_eq!(everything().build(), Err(BuildError::NoTerminal));
}

#[test]
fn spf_r1_two_ends_are_refused() {
    let redirected = everything().terms(terms(&["redirect=_spf.example.net"]));
    assert_eq!(
        redirected.all(Qualifier::Fail).build(),
        Err(BuildError::SeveralTerminals)
    );
    assert_eq!(
        everything().terms(terms(&["-all", "~all"])).build(),
        Err(BuildError::SeveralTerminals)
    );
}
