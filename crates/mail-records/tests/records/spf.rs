use mail_records::spf::{
    DomainSpec, Mechanism, ParseError, Part, Qualifier, Spf, Term, is_spf, select,
};

#[test]
fn a_version_ends_in_a_space_or_the_end_and_has_any_case() {
    for text in ["v=spf1", "v=spf1 -all", "V=sPf1 -all"] {
        assert!(is_spf(text), "{text}");
    }
    for text in ["v=spf10", "v=spf1\t-all", " v=spf1", "v=spf", "", "v=spfé"] {
        assert!(!is_spf(text), "{text}");
    }
}

#[test]
fn spf_g1_two_records_at_one_name_are_no_record() {
    let texts = ["google-site-verification=x", "v=spf1 -all", "V=SPF1 ~all"];
    assert_eq!(select(texts), Err(ParseError::Several { count: 2 }));
    assert_eq!(select(["v=spf10", "v=spf1 -all"]), Ok(Some("v=spf1 -all")));
    assert_eq!(select(["v=spf10"]), Ok(None));
}

#[test]
fn what_is_written_is_canonical_whatever_was_read() {
    let rendered = |text: &str| Spf::parse(text).unwrap().to_string();
    assert_eq!(
        rendered("V=SPF1  +A:mail.example/32//128   ~ALL "),
        "v=spf1 a:mail.example ~all"
    );
    assert_eq!(
        rendered("v=spf1 IP4:192.0.2.0/28 ip6:2001:DB8::/32 -all"),
        "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 -all"
    );
    assert_eq!(
        rendered("v=spf1 mx/24//64 Redirect=_spf.example.net"),
        "v=spf1 mx/24//64 redirect=_spf.example.net"
    );
}

#[test]
fn a_syntax_error_anywhere_refuses_the_record_and_names_the_term() {
    for (text, words) in [
        ("v=spf1 -all moo", "\"moo\": no mechanism"),
        (
            "v=spf1 ip4:192.0.2 -all",
            "not an IPv4 address of four octets",
        ),
        ("v=spf1 ip4:2001:db8::1 -all", "write ip6:"),
        ("v=spf1 ip6:192.0.2.1 -all", "write ip4:"),
        ("v=spf1 ip4:192.0.2.0/33 -all", "/33"),
        ("v=spf1 ip4:192.0.2.0/08 -all", "leading zeros"),
        ("v=spf1 a:h1 -all", "a dot and a last label"),
        ("v=spf1 a:192.0.2.1 -all", "write it as ip4:"),
        ("v=spf1 include: -all", "the domain is missing"),
        ("v=spf1 include -all", "a colon and a value"),
        ("v=spf1 include:a.example/ -all", "remove the slash"),
        ("v=spf1 redirect:a.example", "write redirect="),
        ("v=spf1 -all.", "no mechanism"),
        ("v=spf1 -all:x", "\":x\" may not follow"),
        ("v=spf1 exists:%{x}.a.example -all", "macro letters"),
        ("v=spf1 exists:%(i).a.example -all", "% must be followed"),
        ("v=spf1 exists:%{i0}.a.example -all", "digits above zero"),
        ("v=spf1 a:\u{e9}.example -all", "'é'"),
        (
            "v=spf1 redirect=a.example redirect=a.example",
            "redirect= stands twice",
        ),
        (
            "v=spf1 exp=a.example exp=b.example -all",
            "exp= stands twice",
        ),
        // Two strings cut between terms: joining loses the space.
        (
            "v=spf1 ip4:192.0.2.1ip4:192.0.2.2 -all",
            "192.0.2.1ip4:192.0.2.2",
        ),
    ] {
        let error = Spf::parse(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn dns_g3_a_domain_in_native_script_is_refused_with_the_a_label_to_write() {
    let error = DomainSpec::parse("_spf.b\u{fc}cher.example")
        .unwrap_err()
        .to_string();
    assert!(error.contains("_spf.xn--bcher-kva.example"), "{error}");
    let error = Spf::parse("v=spf1 include:b\u{fc}cher.example -all")
        .unwrap_err()
        .to_string();
    assert!(error.contains("A-labels"), "{error}");
}

#[test]
fn a_macro_is_taken_apart() {
    let spf = Spf::parse("v=spf1 exists:%{ir}.%{L2r+-}%%x.example -all").unwrap();
    let Term::Directive {
        mechanism: Mechanism::Exists(domain),
        ..
    } = &spf.terms[0]
    else {
        panic!("{spf:?}")
    };
    let of = |letter, keep, delimiters: &str| Part::Macro {
        letter,
        keep,
        reverse: true,
        delimiters: delimiters.to_owned(),
    };
    let text = |text: &str| Part::Literal(text.to_owned());
    assert_eq!(
        domain.macros().parts(),
        [
            of('i', None, ""),
            text("."),
            of('L', Some(2), "+-"),
            Part::Percent,
            text("x.example")
        ]
    );
    assert_eq!(domain.literal(), None);
}

#[test]
fn only_what_an_evaluation_reaches_costs_a_lookup() {
    let lookups = |text: &str| Spf::parse(text).unwrap().static_lookups();
    assert_eq!(
        lookups("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 exp=e.example -all"),
        0
    );
    assert_eq!(
        lookups("v=spf1 a mx ptr exists:e.example include:i.example redirect=r.example"),
        6
    );
    assert_eq!(lookups("v=spf1 a ~all mx redirect=r.example"), 1);
}

#[test]
fn records_that_give_the_same_results_have_the_same_meaning() {
    let same = |one: &str, other: &str| {
        Spf::parse(one)
            .unwrap()
            .same_meaning(&Spf::parse(other).unwrap())
    };
    assert!(same(
        "v=spf1 ip4:192.0.2.7/24 include:A.example. ~all",
        "v=spf1  include:a.example  +ip4:192.0.2.0/24 ~ALL"
    ));
    assert!(same("v=spf1 a", "v=spf1 a a ?all"));
    assert!(same("v=spf1 a -all mx redirect=x.example", "v=spf1 a -all"));
    assert!(same("v=spf1 a note=1 -all", "v=spf1 a -all"));
    assert!(!same("v=spf1 a -all", "v=spf1 a ~all"));
    assert!(!same("v=spf1 a -mx -all", "v=spf1 -mx a -all"));
    assert!(!same("v=spf1 a redirect=x.example", "v=spf1 a -all"));
    assert!(!same("v=spf1 a/24 -all", "v=spf1 a//24 -all"));
    assert!(!same(
        "v=spf1 exists:%{I}.e.example -all",
        "v=spf1 exists:%{i}.e.example -all"
    ));
}

#[test]
fn the_end_of_a_record_can_be_asked_for() {
    assert_eq!(
        Spf::parse("v=spf1 ?all").unwrap().all(),
        Some(Qualifier::Neutral)
    );
    assert_eq!(
        Spf::parse("v=spf1 redirect=x.example")
            .unwrap()
            .redirect()
            .unwrap()
            .as_str(),
        "x.example"
    );
}
