use mail_records::dmarc::{Dmarc, Policy};

fn read(text: &str) -> Dmarc {
    Dmarc::parse(&format!("v=DMARC1; {text}")).unwrap()
}

#[track_caller]
fn assert_stricter(one: &str, other: &str) {
    assert!(
        read(one).is_stricter_than(Some(&read(other))),
        "{one} is stricter than {other}"
    );
}

#[track_caller]
fn assert_not_stricter(one: &str, other: &str) {
    assert!(
        !read(one).is_stricter_than(Some(&read(other))),
        "{one} is not stricter than {other}"
    );
}

#[test]
fn the_policies_have_an_order() {
    assert_stricter("p=quarantine", "p=none");
    assert_stricter("p=reject", "p=quarantine");
    assert_not_stricter("p=none", "p=reject");
    assert_not_stricter("p=reject", "p=reject");
}

#[test]
fn no_record_is_as_strict_as_none() {
    assert!(read("p=quarantine").is_stricter_than(None));
    assert!(read("p=none; np=reject").is_stricter_than(None));
    assert!(!read("p=none; adkim=s").is_stricter_than(None));
}

#[test]
fn subdomains_fall_back_from_np_to_sp_to_p() {
    assert_stricter("p=reject", "p=reject; sp=none");
    assert_not_stricter("p=reject; sp=none", "p=reject");
    assert_stricter("p=none; sp=reject", "p=quarantine");
    assert_stricter("p=reject; sp=none; np=reject", "p=reject; sp=none");
    assert_not_stricter(
        "p=reject; sp=quarantine; np=quarantine",
        "p=reject; sp=quarantine",
    );
}

#[test]
fn testing_lowers_each_policy_by_one_level() {
    assert_stricter("p=reject", "p=reject; t=y");
    assert_stricter("p=quarantine", "p=quarantine; t=y");
    assert_not_stricter("p=reject; t=y", "p=quarantine");
    assert_not_stricter("p=quarantine; t=y", "p=none");
    assert_stricter("p=reject; t=y", "p=none");
    let strictness = read("p=reject; sp=quarantine; t=y").strictness();
    assert_eq!(
        (strictness.domain.policy, strictness.subdomains.policy),
        (Policy::Quarantine, Policy::None)
    );
}

#[test]
fn a_part_of_the_mail_is_less_than_all_of_it() {
    assert_stricter("p=reject", "p=reject; pct=50");
    assert_not_stricter("p=reject; pct=50", "p=reject; pct=50");
    assert_not_stricter("p=none; pct=100", "p=none; pct=0");
}

#[test]
fn exact_alignment_is_stricter_where_a_policy_makes_it_matter() {
    assert_stricter("p=reject; adkim=s", "p=reject");
    assert_stricter("p=quarantine; aspf=s", "p=quarantine");
    assert_not_stricter("p=none; adkim=s; aspf=s", "p=none");
    assert_not_stricter("p=reject", "p=reject; adkim=s");
}
