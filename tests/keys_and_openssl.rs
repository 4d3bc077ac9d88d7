//! An independent reader (the `openssl` command) judges both forms of a key.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a failed unwrap is the failure of the test, a skip is said aloud")]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use mailward::keys::{DkimKeyPair, KeyMaker, RsaSize};

/// What `openssl` prints for this input; `None` when it refuses.
fn openssl(arguments: &[&str], input: &str) -> Option<Vec<u8>> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

fn installed() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    if !found {
        eprintln!("SKIPPED: the `openssl` command is not installed");
    }
    found
}

async fn pair(size: RsaSize) -> DkimKeyPair {
    KeyMaker::default().generate(size).await.unwrap()
}

#[tokio::test]
async fn openssl_reads_both_forms_and_derives_the_published_key() {
    if !installed() {
        return;
    }
    for size in [RsaSize::Bits2048, RsaSize::Bits3072] {
        let pair = pair(size).await;
        for pem in [pair.private_pkcs8_pem(), pair.private_pkcs1_pem()] {
            let public = openssl(&["pkey", "-pubout", "-outform", "DER"], pem);
            assert_eq!(public.as_deref(), Some(pair.spki_der()));
        }
    }
}

#[tokio::test]
async fn openssl_finds_the_key_consistent_and_each_form_under_its_label() {
    if !installed() {
        return;
    }
    let pair = pair(RsaSize::Bits2048).await;
    assert!(openssl(&["rsa", "-check", "-noout"], pair.private_pkcs1_pem()).is_some());
    assert!(pair.private_pkcs1_pem().starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    assert!(pair.private_pkcs8_pem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(openssl(&["rsa", "-check", "-noout"], "no key at all").is_none());
}
