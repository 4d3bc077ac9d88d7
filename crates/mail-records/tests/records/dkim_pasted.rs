use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_records::dkim::{KeyRecord, KeyType, PasteError, parse_pasted};

use crate::keys::{ED25519, ED25519_SPKI, RSA_2048, RSA_2048_PKCS1};

fn rsa() -> KeyRecord {
    KeyRecord::rsa(STANDARD.decode(RSA_2048).unwrap())
}

fn pem(label: &str, base64: &str) -> String {
    let lines: Vec<_> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

#[test]
fn an_rsa_key_is_read_in_every_form_that_people_paste() {
    let record = rsa().to_string();
    let (head, tail) = record.split_at(255);
    for text in [
        RSA_2048.to_owned(),
        format!("  {}\n{}\n", &RSA_2048[..80], &RSA_2048[80..]),
        format!("\"{RSA_2048}\""),
        pem("PUBLIC KEY", RSA_2048),
        pem("PUBLIC KEY", RSA_2048).replace('\n', "\r\n"),
        record.clone(),
        format!("p={RSA_2048}"),
        format!("\"{head}\" \"{tail}\""),
        format!("google._domainkey IN TXT ( \"{head}\"\n  \"{tail}\" ) ; ----- DKIM key"),
        record.replace(';', "\\;"),
    ] {
        assert_eq!(parse_pasted(&text), Ok(rsa()), "{text}");
    }
}

#[test]
fn an_ed25519_key_becomes_the_raw_key_that_a_record_holds() {
    let record = format!("v=DKIM1; k=ed25519; p={ED25519}");
    for text in [
        ED25519.to_owned(),
        ED25519_SPKI.to_owned(),
        pem("PUBLIC KEY", ED25519_SPKI),
        record.clone(),
    ] {
        assert_eq!(parse_pasted(&text).unwrap().to_string(), record, "{text}");
    }
}

#[test]
fn a_revoked_record_can_be_pasted() {
    assert!(parse_pasted("v=DKIM1; k=rsa; p=").unwrap().is_revoked());
    assert_eq!(
        parse_pasted("v=DKIM1; k=ed25519; p=").unwrap().key_type,
        KeyType::Ed25519
    );
}

#[test]
fn what_is_wrong_with_a_paste_is_named() {
    let cut = &RSA_2048[..200];
    for (text, words) in [
        (String::new(), "empty"),
        (" \n".to_owned(), "empty"),
        (
            pem("RSA PUBLIC KEY", RSA_2048_PKCS1),
            "PEM block of another kind",
        ),
        (pem("CERTIFICATE", "AAAA"), "PEM block of another kind"),
        (
            pem("PUBLIC KEY", RSA_2048).replace("-----END", ""),
            "cut off",
        ),
        (RSA_2048_PKCS1.to_owned(), "PKCS#1"),
        (format!("v=DKIM1; k=rsa; p={RSA_2048_PKCS1}"), "PKCS#1"),
        (cut.to_owned(), "promises 294 octets, there are 150"),
        (
            format!("v=DKIM1; k=rsa; p={cut}"),
            "promises 294 octets, there are 150",
        ),
        (format!("v=DKIM1; p={ED25519}"), "write k=ed25519"),
        (
            format!("v=DKIM1; k=ed25519; p={ED25519_SPKI}"),
            "last 32 octets",
        ),
        (format!("\"{cut}"), "not closed"),
        ("ssh-rsa AAAAB3Nza user@host".to_owned(), "not valid base64"),
        ("MIIB…".to_owned(), "not printable US-ASCII"),
    ] {
        let error = parse_pasted(&text).expect_err(&text).to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn dkim_g4_a_private_key_is_refused_and_never_repeated() {
    let secret = "MC4CAQAwBQYDK2VwBCIEIFakeFakeFake";
    let error = parse_pasted(&pem("PRIVATE KEY", secret)).unwrap_err();
    assert_eq!(error, PasteError::PrivateKey);
    assert!(!format!("{error} {error:?}").contains("Fake"));
    let error = parse_pasted(&pem("RSA PRIVATE KEY", secret)).unwrap_err();
    assert_eq!(error, PasteError::PrivateKey);
}
