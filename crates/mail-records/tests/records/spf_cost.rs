use std::collections::BTreeMap;

use mail_records::spf::{Cost, Kind, Lookup, Query, Spf, cost};

use crate::{assert_clean, assert_rejected, assert_warned};

/// TXT by name; any other name has no TXT, and every address and MX exists unless the name says otherwise.
struct Dns(BTreeMap<&'static str, Lookup>);

impl Dns {
    fn of<const N: usize>(records: [(&'static str, &str); N]) -> Self {
        Self(
            records
                .map(|(name, text)| {
                    (
                        name,
                        Lookup::Txt(vec!["other text".to_owned(), text.to_owned()]),
                    )
                })
                .into(),
        )
    }

    fn with(mut self, name: &'static str, lookup: Lookup) -> Self {
        self.0.insert(name, lookup);
        self
    }

    fn cost(&self, text: &str) -> Cost {
        cost(&Spf::parse(text).unwrap(), "example.com", &mut |query| {
            self.answer(query)
        })
    }

    fn answer(&self, query: Query<'_>) -> Lookup {
        if query.domain.starts_with("void") {
            return Lookup::Void;
        }
        match query.kind {
            Kind::Txt => self.0.get(query.domain).cloned().unwrap_or(Lookup::Void),
            Kind::Address | Kind::Ip4 => Lookup::Found,
            Kind::Mx => self
                .0
                .get(&*format!("mx.{}", query.domain))
                .cloned()
                .unwrap_or(Lookup::Hosts(vec!["h.example".to_owned()])),
        }
    }
}

#[test]
fn spf_g2_terms_are_summed_over_all_included_records() {
    let dns = Dns::of([
        (
            "a.example",
            "v=spf1 include:b.example a mx ip4:192.0.2.1 -all",
        ),
        ("b.example", "v=spf1 a ~all mx redirect=never.example"),
        ("c.example", "v=spf1 exists:x.example"),
    ]);
    let cost = dns.cost("v=spf1 include:a.example mx redirect=c.example");
    // include, include, a, a, mx, mx, redirect, exists
    assert_eq!((cost.terms, cost.voids, cost.is_exact()), (8, 0, true));
    assert_clean(&cost.problems);
}

#[test]
fn spf_g2_the_eleventh_term_is_rejected_and_the_ninth_warned_about() {
    let dns = Dns::of([(
        "a.example",
        "v=spf1 a:h1.example a:h2.example a:h3.example a:h4.example -all",
    )]);
    let cost = |extra: usize| {
        dns.cost(&format!(
            "v=spf1 include:a.example{} -all",
            " mx".repeat(extra)
        ))
    };
    assert_clean(&cost(3).problems);
    assert_warned(&cost(4).problems, "SPF-W1", "9 lookups of 10");
    assert_warned(&cost(5).problems, "SPF-W1", "10 lookups of 10");
    assert_rejected(&cost(6).problems, "SPF-G2", "costs 11 lookups");
}

#[test]
fn spf_g2_an_included_record_counts_each_time_it_is_included() {
    let dns = Dns::of([("a.example", "v=spf1 mx -all")]);
    assert_eq!(
        dns.cost("v=spf1 include:a.example include:a.example -all")
            .terms,
        4
    );
}

#[test]
fn spf_g2_the_third_void_lookup_is_rejected_and_each_named_as_spf_w1() {
    let dns = Dns::of([]);
    let cost = dns.cost("v=spf1 a:void1.example exists:void2.example mx:void3.example -all");
    assert_eq!(cost.voids, 3);
    assert_rejected(&cost.problems, "SPF-G2", "3 lookups come back empty");
    assert_warned(&cost.problems, "SPF-W1", "void1.example has no address");
    assert_warned(&cost.problems, "SPF-W1", "void3.example has no MX");
}

#[test]
fn spf_g2_without_answers_the_cost_is_a_lower_bound_and_says_so() {
    let cost = cost(
        &Spf::parse("v=spf1 include:a.example a mx -all").unwrap(),
        "example.com",
        &mut |_| Lookup::Unknown,
    );
    assert_eq!((cost.terms, cost.is_exact()), (3, false));
    assert_eq!(
        cost.unknown_records.into_iter().collect::<Vec<_>>(),
        ["a.example"]
    );
    assert_eq!(
        cost.unknown_names.into_iter().collect::<Vec<_>>(),
        ["example.com"]
    );
    assert_clean(&cost.problems);
}

#[test]
fn spf_g2_a_target_with_macros_is_unknown_because_it_depends_on_the_message() {
    let cost = Dns::of([]).cost("v=spf1 include:%{d}.spf.example exists:%{i}.x.example -all");
    assert_eq!(
        cost.unknown_records.into_iter().collect::<Vec<_>>(),
        ["%{d}.spf.example"]
    );
    assert_eq!(
        cost.unknown_names.into_iter().collect::<Vec<_>>(),
        ["%{i}.x.example"]
    );
}

#[test]
fn spf_r1_an_include_without_a_record_is_rejected() {
    let dns = Dns::of([]).with("text-only.example", Lookup::Txt(vec!["v=spf10".to_owned()]));
    assert_rejected(
        &dns.cost("v=spf1 include:nothing.example -all").problems,
        "SPF-R1",
        "nothing.example has no SPF record",
    );
    assert_rejected(
        &dns.cost("v=spf1 redirect=text-only.example").problems,
        "SPF-R1",
        "text-only.example has no SPF record",
    );
}

#[test]
fn spf_g2_an_include_of_a_name_without_any_txt_is_a_void_lookup_too() {
    let dns = Dns::of([]).with("text-only.example", Lookup::Txt(vec!["v=spf10".to_owned()]));
    assert_eq!(dns.cost("v=spf1 include:nothing.example -all").voids, 1);
    assert_eq!(dns.cost("v=spf1 include:text-only.example -all").voids, 0);
}

#[test]
fn spf_r1_an_include_of_a_broken_record_is_rejected_with_the_place() {
    let dns = Dns::of([
        ("a.example", "v=spf1 include:b.example -all"),
        ("b.example", "v=spf1 moo"),
    ])
    .with(
        "two.example",
        Lookup::Txt(vec!["v=spf1 -all".to_owned(), "v=spf1 ~all".to_owned()]),
    );
    let problems = dns.cost("v=spf1 include:a.example -all").problems;
    assert_rejected(
        &problems,
        "SPF-R1",
        "include:b.example in the record of a.example: the record of b.example is a permerror",
    );
    assert_rejected(
        &dns.cost("v=spf1 include:two.example -all").problems,
        "SPF-R1",
        "2 SPF records",
    );
}

#[test]
fn spf_r1_a_loop_is_rejected_with_the_way_it_takes() {
    let dns = Dns::of([
        ("a.example", "v=spf1 include:b.example -all"),
        ("b.example", "v=spf1 redirect=Example.com"),
    ]);
    let problems = dns.cost("v=spf1 include:a.example -all").problems;
    assert_rejected(
        &problems,
        "SPF-R1",
        "example.com -> a.example -> b.example -> example.com",
    );
}

#[test]
fn an_mx_term_may_have_ten_hosts() {
    let hosts =
        |count: usize| Lookup::Hosts((0..count).map(|n| format!("mx{n}.example")).collect());
    let dns = Dns::of([])
        .with("mx.ten.example", hosts(10))
        .with("mx.eleven.example", hosts(11));
    assert_clean(&dns.cost("v=spf1 mx:ten.example -all").problems);
    assert_rejected(
        &dns.cost("v=spf1 mx:eleven.example -all").problems,
        "SPF-R1",
        "11 MX hosts",
    );
}

#[test]
fn a_null_mx_is_not_asked_for_its_address() {
    let dns = Dns::of([]).with("mx.null.example", Lookup::Hosts(vec![".".to_owned()]));
    assert_eq!(dns.cost("v=spf1 mx:null.example -all").voids, 0);
}

#[test]
fn a_tree_that_doubles_at_each_level_ends() {
    let names: Vec<&'static str> = vec![
        "l0.example",
        "l1.example",
        "l2.example",
        "l3.example",
        "l4.example",
        "l5.example",
        "l6.example",
        "l7.example",
    ];
    let dns = names.windows(2).fold(
        Dns::of([("l7.example", "v=spf1 a a a a a a a -all")]),
        |dns, pair| {
            dns.with(
                pair[0],
                Lookup::Txt(vec![format!(
                    "v=spf1 include:{0} include:{0} include:{0} -all",
                    pair[1]
                )]),
            )
        },
    );
    let cost = dns.cost("v=spf1 include:l0.example -all");
    assert_eq!(cost.terms, 100);
    assert_rejected(&cost.problems, "SPF-G2", "at least 100");
}
