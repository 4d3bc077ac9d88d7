use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_records::dkim::{
    KeyRecord, KeyType, LintOptions, Published, Selector, lint_set, lint_text,
};
use mail_records::lint::Finding;
use mail_records::txt;

use crate::keys::{
    ED25519, ED25519_SPKI, RSA_512, RSA_1023, RSA_1024, RSA_2048, RSA_2048_PKCS1, RSA_4096,
};
use crate::{assert_clean, assert_rejected, assert_warned};

fn lint(text: &str) -> Vec<Finding> {
    lint_text(text, LintOptions::default())
}

fn rsa(base64: &str) -> KeyRecord {
    KeyRecord::rsa(STANDARD.decode(base64).unwrap())
}

fn ed25519() -> KeyRecord {
    KeyRecord::ed25519(STANDARD.decode(ED25519).unwrap().try_into().unwrap())
}

#[test]
fn dkim_g1_a_record_is_version_then_type_then_key() {
    assert_eq!(
        rsa(RSA_2048).to_string(),
        format!("v=DKIM1; k=rsa; p={RSA_2048}")
    );
    assert_eq!(
        ed25519().to_string(),
        format!("v=DKIM1; k=ed25519; p={ED25519}")
    );
    assert_eq!(KeyRecord::revoked().to_string(), "v=DKIM1; p=");
    let text =
        format!("v=DKIM1; k=rsa; h=sha256; s=email:tlsrpt; t=y:s; n=made by hand; p={RSA_2048}");
    assert_eq!(KeyRecord::parse(&text).unwrap().to_string(), text);
}

#[test]
fn dkim_g1_the_lengths_are_those_that_readers_expect() {
    let strings = |record: KeyRecord| {
        (
            record.to_string().len(),
            txt::split(&record.to_string()).len(),
        )
    };
    assert_eq!(strings(rsa(RSA_1024)), (234, 1));
    assert_eq!(strings(rsa(RSA_2048)), (410, 2));
    assert_eq!(strings(rsa(RSA_4096)), (754, 3));
    assert_eq!(strings(ed25519()), (66, 1));
}

#[test]
fn good_records_are_clean() {
    assert_clean(&rsa(RSA_2048).lint());
    assert_clean(&rsa(RSA_4096).lint());
    assert_clean(&ed25519().lint());
    assert_clean(&KeyRecord::revoked().lint());
    assert_clean(&lint(&format!("p={RSA_2048}")));
}

#[test]
fn a_record_is_read_as_verifiers_read_it() {
    let (head, tail) = RSA_2048.split_at(100);
    let record = KeyRecord::parse(&format!(
        "v = DKIM1 ; h=sha256 : sha1; future=1; p={head} \t{tail};"
    ))
    .unwrap();
    assert_eq!(
        (record.key_type, record.hashes),
        (KeyType::Rsa, vec!["sha256".to_owned(), "sha1".to_owned()])
    );
    assert_eq!(STANDARD.encode(record.public_key), RSA_2048);
}

#[test]
fn dkim_g2_keys_are_compared_by_their_bytes_not_their_text() {
    let (head, tail) = RSA_2048.split_at(10);
    let published = KeyRecord::parse(&format!("p={head} {tail}; n=note; s=*")).unwrap();
    assert!(published.same_meaning(&rsa(RSA_2048)));
    assert!(!published.same_meaning(&rsa(RSA_4096)));
    assert!(
        !KeyRecord::parse(&format!("t=y; p={RSA_2048}"))
            .unwrap()
            .same_meaning(&rsa(RSA_2048))
    );
    assert!(
        KeyRecord::parse("v=DKIM1; k=ed25519; p=")
            .unwrap()
            .same_meaning(&KeyRecord::revoked())
    );
    assert!(!KeyRecord::revoked().same_meaning(&rsa(RSA_2048)));
}

#[test]
fn dkim_r1_rsa_below_1024_bits_is_never_published() {
    let bits = [RSA_512, RSA_1023, RSA_1024, RSA_2048, RSA_4096].map(|key| rsa(key).rsa_bits());
    assert_eq!(bits, [512, 1023, 1024, 2048, 4096].map(Some));
    let allowing = LintOptions {
        allow_short_rsa: true,
        ..LintOptions::default()
    };
    assert_rejected(
        &rsa(RSA_512).lint_with(allowing),
        "DKIM-R1",
        "512 bits is never",
    );
    assert_rejected(
        &rsa(RSA_1023).lint_with(allowing),
        "DKIM-R1",
        "1023 bits is never",
    );
}

#[test]
fn dkim_r1_rsa_below_2048_bits_needs_an_override_and_dkim_w1_is_still_a_warning_then() {
    assert_rejected(&rsa(RSA_1024).lint(), "DKIM-R1", "1024 bits");
    let allowing = LintOptions {
        allow_short_rsa: true,
        ..LintOptions::default()
    };
    assert_warned(&rsa(RSA_1024).lint_with(allowing), "DKIM-W1", "1024 bits");
}

#[test]
fn dkim_r1_sha1_is_rejected() {
    assert_rejected(
        &lint(&format!("v=DKIM1; h=sha1; p={RSA_2048}")),
        "DKIM-R1",
        "h=sha1",
    );
    assert_rejected(
        &lint(&format!("v=DKIM1; h=sha1:sha256; p={RSA_2048}")),
        "DKIM-R1",
        "h=sha1",
    );
}

#[test]
fn dkim_r1_a_key_of_another_kind_than_k_says_is_rejected() {
    for (text, words) in [
        (format!("v=DKIM1; p={ED25519}"), "write k=ed25519"),
        (format!("v=DKIM1; k=ed25519; p={RSA_2048}"), "write k=rsa"),
        (
            format!("v=DKIM1; k=ed25519; p={ED25519_SPKI}"),
            "last 32 octets",
        ),
        (format!("v=DKIM1; k=rsa; p={RSA_2048_PKCS1}"), "PKCS#1"),
        ("v=DKIM1; k=ed25519; p=AAAA".to_owned(), "this one has 3"),
        (
            "v=DKIM1; k=rsa; p=AAAA".to_owned(),
            "neither an RSA nor an Ed25519",
        ),
        (format!("v=DKIM1; k=dsa; p={RSA_2048}"), "k=dsa"),
    ] {
        assert_rejected(&lint(&text), "DKIM-R1", words);
    }
}

#[test]
fn dkim_r1_a_key_that_was_cut_off_is_rejected() {
    let whole = rsa(RSA_2048).to_string();
    assert_rejected(&lint(&whole[..255]), "DKIM-R1", "base64");
    assert_rejected(
        &lint(&whole[..18 + 4 * 50]),
        "DKIM-R1",
        "promises 294 octets, there are 150",
    );
}

#[test]
fn dkim_r1_the_version_is_first_and_exact_and_no_tag_stands_twice() {
    assert_rejected(
        &lint(&format!("k=rsa; v=DKIM1; p={RSA_2048}")),
        "DKIM-R1",
        "v= must be the first",
    );
    assert_rejected(
        &lint(&format!("v=dkim1; p={RSA_2048}")),
        "DKIM-R1",
        "is not DKIM1",
    );
    assert_rejected(
        &lint(&format!("v=DKIM1; p=; p={RSA_2048}")),
        "DKIM-R1",
        "p= stands twice",
    );
    assert_rejected(&lint("v=DKIM1; k=rsa"), "DKIM-R1", "p= is missing");
    assert_rejected(&lint("v=DKIM1; k=rsa p=AAAA;; t=s"), "DKIM-R1", "tag=value");
}

#[test]
fn dkim_r1_a_selector_is_made_of_host_name_labels() {
    assert_eq!(Selector::new("S2026.Mail").unwrap().as_str(), "s2026.mail");
    for (text, words) in [
        ("", "empty"),
        ("a..b", "empty label"),
        ("a.", "empty label"),
        ("a_b", "'_'"),
        ("-a", "hyphen"),
        ("é", "'é'"),
    ] {
        let error = Selector::new(text).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
    assert!(
        Selector::new("a".repeat(64))
            .unwrap_err()
            .to_string()
            .contains("64 octets")
    );
}

#[test]
fn dns_r1_the_owner_of_a_key_record_is_checked_with_its_prefix() {
    let selector = Selector::new("s1").unwrap();
    assert_eq!(
        selector.owner("Example.com.").as_deref(),
        Ok("s1._domainkey.example.com")
    );
    let label = "a".repeat(63);
    let domain = format!("{label}.{label}.{label}.{}", "a".repeat(50));
    assert_eq!(selector.owner(&domain).unwrap_err().rule(), "DNS-R1");
}

#[test]
fn dkim_r1_two_keys_for_one_selector_are_rejected() {
    let (one, other) = (rsa(RSA_2048), ed25519());
    let at = |record| Published {
        domain: "example.com",
        selector: "s1",
        record,
    };
    assert_rejected(
        &lint_set(&[at(&one), at(&other)]),
        "DKIM-R1",
        "s1._domainkey.example.com has two",
    );
}

#[test]
fn dkim_w1_one_key_under_two_domains_is_warned_about() {
    let key = ed25519();
    let at = |domain, selector| Published {
        domain,
        selector,
        record: &key,
    };
    assert_warned(
        &lint_set(&[at("example.com", "s1"), at("example.net", "s1")]),
        "DKIM-W1",
        "the same key",
    );
    assert_clean(&lint_set(&[
        at("example.com", "s1"),
        at("example.com", "s2"),
    ]));
}

#[test]
fn dkim_w1_a_wildcard_beside_a_key_is_warned_about_and_a_parked_domain_is_not() {
    let (key, revoked) = (ed25519(), KeyRecord::revoked());
    let wildcard = Published {
        domain: "example.com",
        selector: "*",
        record: &revoked,
    };
    assert_warned(
        &lint_set(&[
            wildcard,
            Published {
                domain: "example.com",
                selector: "s1",
                record: &key,
            },
        ]),
        "DKIM-W1",
        "*._domainkey",
    );
    assert_clean(&lint_set(&[wildcard]));
}

#[test]
fn dkim_w1_what_is_legal_and_unwise_is_warned_about() {
    assert_warned(
        &lint(&format!("v=DKIM1; t=y; p={RSA_2048}")),
        "DKIM-W1",
        "t=y",
    );
    assert_warned(
        &lint(&format!("v=DKIM1; s=tlsrpt; p={RSA_2048}")),
        "DKIM-W1",
        "s=tlsrpt",
    );
    let single = LintOptions {
        single_string_only: true,
        ..LintOptions::default()
    };
    assert_warned(&rsa(RSA_4096).lint_with(single), "DKIM-W1", "754 octets");
    assert_clean(&ed25519().lint_with(single));
}
