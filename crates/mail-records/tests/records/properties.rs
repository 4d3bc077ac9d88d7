//! For any input: no parser panics, and what is written is read back the same.

use mail_records::dkim::{KeyRecord, KeyType, Selector, parse_pasted};
use mail_records::dmarc::{self, Alignment, Dmarc, FailureOption, Obsolete, Policy, Psd};
use mail_records::marker::{Marker, Slot};
use mail_records::mta_sts::{self, Mode, TxtRecord};
use mail_records::spf::{
    self, Builder, DomainSpec, Ip4Network, Ip6Network, Lookup, Qualifier, Spf,
};
use mail_records::tls_rpt::{self, TlsRpt};
use mail_records::uri::Uri;
use mail_records::{name, txt};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

fn domain() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,8}(-[a-z0-9]{1,4})?\\.(example|test|xn--p1ai)"
}

fn uri() -> impl Strategy<Value = Uri> {
    prop_oneof![
        ("[a-z0-9.+_-]{1,10}", domain())
            .prop_map(|(local, domain)| format!("mailto:{local}@{domain}")),
        (domain(), "[a-z0-9/%2C]{0,3}")
            .prop_map(|(domain, path)| format!("https://{domain}/{}", path.replace('%', ""))),
    ]
    .prop_map(|text| Uri::parse(&text).expect("a generated address is one"))
}

fn domain_spec() -> impl Strategy<Value = DomainSpec> {
    let text = prop_oneof![
        domain(),
        domain().prop_map(|domain| format!("%{{ir}}.%{{l2r-+}}.{domain}")),
        Just("%{d}".to_owned())
    ];
    text.prop_map(|text| DomainSpec::parse(&text).expect("a generated domain is one"))
}

fn spf() -> impl Strategy<Value = Spf> {
    let ip4 = (any::<u32>(), 0..=32_u8).prop_map(|(bits, prefix)| Ip4Network {
        address: bits.into(),
        prefix,
    });
    let ip6 = (any::<u128>(), 0..=128_u8).prop_map(|(bits, prefix)| Ip6Network {
        address: bits.into(),
        prefix,
    });
    let hosts = || vec(option::of(domain_spec()), 0..3);
    (
        vec(ip4, 0..4),
        vec(ip6, 0..3),
        hosts(),
        hosts(),
        vec(domain_spec(), 0..4),
    )
        .prop_map(|(ip4, ip6, a, mx, include)| {
            let builder = Builder::new()
                .ip4(ip4)
                .ip6(ip6)
                .a(a)
                .mx(mx)
                .include(include);
            builder
                .all(Qualifier::SoftFail)
                .build()
                .expect("it has an end")
        })
}

fn key_record() -> impl Strategy<Value = KeyRecord> {
    let words = || vec("[a-z0-9]{1,6}", 0..3);
    let key_type = prop_oneof![
        Just(KeyType::Rsa),
        Just(KeyType::Ed25519),
        Just(KeyType::Other("other".to_owned()))
    ];
    let lists = (
        words(),
        words(),
        words(),
        option::of("[a-z][a-z ]{0,8}[a-z]"),
    );
    (key_type, lists, vec(any::<u8>(), 0..300)).prop_map(
        |(key_type, (hashes, services, flags, notes), public_key)| KeyRecord {
            key_type,
            hashes,
            services,
            flags,
            notes,
            public_key,
        },
    )
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::None),
        Just(Policy::Quarantine),
        Just(Policy::Reject)
    ]
}

fn dmarc() -> impl Strategy<Value = Dmarc> {
    let alignment = || prop_oneof![Just(Alignment::Relaxed), Just(Alignment::Strict)];
    let psd = prop_oneof![Just(Psd::Undecided), Just(Psd::Yes), Just(Psd::No)];
    let fo = btree_set(
        prop_oneof![
            Just(FailureOption::Any),
            Just(FailureOption::Dkim),
            Just(FailureOption::Spf)
        ],
        0..3,
    );
    let obsolete = (
        option::of(0..=100_u8),
        option::of("afrf|iodef"),
        option::of(any::<u32>()),
    )
        .prop_map(|(pct, rf, ri)| Obsolete { pct, rf, ri });
    let policies = (policy(), option::of(policy()), option::of(policy()));
    (
        policies,
        (any::<bool>(), psd, alignment(), alignment()),
        fo,
        vec(uri(), 0..3),
        vec(uri(), 0..3),
        obsolete,
    )
        .prop_map(
            |(
                (policy, subdomain_policy, nonexistent_policy),
                (testing, psd, adkim, aspf),
                fo,
                rua,
                ruf,
                obsolete,
            )| Dmarc {
                policy,
                subdomain_policy,
                nonexistent_policy,
                testing,
                psd,
                adkim,
                aspf,
                fo,
                rua,
                ruf,
                obsolete,
            },
        )
}

fn sts_policy() -> impl Strategy<Value = mta_sts::Policy> {
    let pattern = prop_oneof![domain(), domain().prop_map(|domain| format!("*.{domain}"))];
    let mx = vec(
        pattern.prop_map(|text| text.parse().expect("a generated pattern is one")),
        1..4,
    );
    let mode = prop_oneof![Just(Mode::None), Just(Mode::Testing), Just(Mode::Enforce)];
    (mode, mx, 0..=mta_sts::MAX_MAX_AGE).prop_map(|(mode, mx, max_age)| mta_sts::Policy {
        mode,
        mx,
        max_age,
    })
}

fn marker() -> impl Strategy<Value = Marker> {
    let slots = || {
        btree_set(
            "[a-z0-9:._-]{1,12}".prop_map(|name| Slot::new(name).expect("a generated slot is one")),
            0..4,
        )
    };
    (
        "[!#-:<-\\[\\]-~]{1,20}",
        "[a-f0-9-]{1,36}",
        slots(),
        slots(),
    )
        .prop_map(|(owner, uid, has, took)| {
            let mut marker = Marker::new(owner, uid).expect("generated values fit");
            (marker.has, marker.took) = (has, took);
            marker
        })
}

/// Near misses: the pieces that parsers look for, in any order, between anything.
fn hostile() -> impl Strategy<Value = String> {
    let pieces =
        "(v=spf1 |v=DMARC1;|v=DKIM1;|v=STSv1;|v=TLSRPTv1;|heritage=mailward;|version: STSv1\n)";
    let tokens = "([a-z]{1,4}[:=;/]?|%\\{?[a-z]?[0-9]{0,12}\\}?|//?[0-9]{1,4}|[0-9.:]{1,9}|mailto:|https:|@|!|\\*|\"|-----BEGIN |\\PC| ){0,12}";
    (pieces, tokens).prop_map(|(version, rest)| version + &rest)
}

fn feed_every_parser(text: &str) {
    let _ = txt::check(text);
    let _ = (
        name::check_domain(text),
        name::check_owner(text),
        name::check_length(text),
        name::check_label(text),
    );
    let _ = (
        spf::lint_text(text, Some("example.com")),
        DomainSpec::parse(text),
        text.parse::<spf::Term>(),
    );
    if let Ok(record) = Spf::parse(text) {
        let _ = spf::cost(&record, "example.com", &mut |_| {
            Lookup::Txt(vec![text.to_owned()])
        });
    }
    let _ = (
        mail_records::dkim::lint_text(text, mail_records::dkim::LintOptions::default()),
        parse_pasted(text),
        Selector::new(text),
    );
    let _ = (
        dmarc::lint_text(text, dmarc::Context::default()),
        Uri::parse(text),
    );
    let _ = (
        mta_sts::lint_text(text),
        mta_sts::Policy::parse(text),
        text.parse::<mta_sts::MxPattern>(),
    );
    let _ = (
        tls_rpt::lint_text(text, Some("example.com")),
        Marker::parse(text),
    );
}

proptest! {
    #[test]
    fn dns_g1_splitting_and_joining_is_the_identity(text in "[ -~]{0,1200}") {
        let strings = txt::split(&text);
        prop_assert!(strings.iter().all(|string| (1..=txt::MAX_STRING).contains(&string.len())));
        prop_assert_eq!(txt::join(strings), text.into_bytes());
    }

    #[test]
    fn an_spf_record_is_read_back_the_same(record in spf()) {
        prop_assert_eq!(Spf::parse(&record.to_string()), Ok(record));
    }

    #[test]
    fn a_key_record_is_read_back_the_same(record in key_record()) {
        let again = KeyRecord::parse(&record.to_string()).unwrap();
        prop_assert!(again.same_meaning(&record));
        prop_assert_eq!(again.to_string(), record.to_string());
    }

    #[test]
    fn a_dmarc_record_is_read_back_the_same(record in dmarc()) {
        let again = Dmarc::parse(&record.to_string()).unwrap();
        prop_assert!(again.same_meaning(&record) && !again.is_stricter_than(Some(&record)));
        prop_assert_eq!(again, record);
    }

    #[test]
    fn of_two_dmarc_records_one_is_stricter_or_both_are_equally_strict_or_each_in_its_way(one in dmarc(), other in dmarc()) {
        if !one.is_stricter_than(Some(&other)) && !other.is_stricter_than(Some(&one)) {
            let levels = |record: &Dmarc| { let s = record.strictness(); [s.domain, s.subdomains, s.nonexistent] };
            prop_assert_eq!(levels(&one), levels(&other));
        }
    }

    #[test]
    fn a_policy_is_read_back_the_same(policy in sts_policy()) {
        prop_assert_eq!(mta_sts::Policy::parse(&policy.to_text()), Ok(policy));
    }

    #[test]
    fn an_sts_record_is_read_back_the_same(id in "[A-Za-z0-9]{1,32}") {
        let record = TxtRecord::new(id).unwrap();
        prop_assert_eq!(TxtRecord::parse(&record.to_string()), Ok(record));
    }

    #[test]
    fn a_tls_rpt_record_is_read_back_the_same(rua in vec(uri(), 1..4)) {
        let record = TlsRpt { rua };
        prop_assert_eq!(TlsRpt::parse(&record.to_string()), Ok(record));
    }

    #[test]
    fn a_marker_is_read_back_the_same(marker in marker()) {
        prop_assert_eq!(Marker::parse(&marker.to_string()), Ok(marker));
    }

    #[test]
    fn no_parser_panics_on_any_octets(octets in vec(any::<u8>(), 0..200)) {
        let _ = txt::text(&octets);
        feed_every_parser(&String::from_utf8_lossy(&octets));
    }

    #[test]
    fn no_parser_panics_on_near_misses(text in hostile()) {
        feed_every_parser(&text);
    }
}
