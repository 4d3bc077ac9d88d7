//! Service accounts, their keys, and what they may do.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

/// A service account and its one key.
#[derive(Debug)]
pub(super) struct Account {
    key_id: String,
    pub rights: Rights,
    pub disabled: bool,
    pub public_key: Vec<u8>,
    pem: String,
}

impl Account {
    pub(super) fn new(number: u64) -> Self {
        let (pem, public_key) = key_pair();
        Self { key_id: format!("{number:040x}"), rights: Rights::default(), disabled: false, public_key, pem }
    }

    /// As Google hands it out.
    pub(super) fn key_file(&self, email: &str, project: &str) -> String {
        let file = json!({
            "type": "service_account",
            "project_id": project,
            "private_key_id": self.key_id,
            "private_key": self.pem,
            "client_email": email,
            "client_id": "105",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": "https://oauth2.googleapis.com/token",
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        });
        file.to_string()
    }
}

/// An RSA key as PKCS#8 in PEM, and its public half as PKCS#1.
fn key_pair() -> (String, Vec<u8>) {
    let Ok(pair) = KeyPair::generate(KeySize::Rsa2048) else { return Default::default() };
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map(|der| der.as_ref().to_vec()).unwrap_or_default();
    let lines: Vec<String> =
        STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    (pem, pair.public_key().as_ref().to_vec())
}

/// What a service account may do, by permissions of IAM.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a right of its own, given or not")]
pub struct Rights {
    /// `dns.managedZones.list`, `dns.managedZones.get`.
    pub zones: bool,
    /// `dns.managedZones.create`, `dns.managedZones.delete`.
    pub make_zones: bool,
    /// `dns.resourceRecordSets.list`, `dns.changes.list`, `dns.changes.get`.
    pub read: bool,
    /// `dns.changes.create`, and to create, update and delete `dns.resourceRecordSets`.
    pub write: bool,
}

impl Rights {
    /// The role `roles/dns.admin`.
    pub fn admin() -> Self {
        Self { zones: true, make_zones: true, read: true, write: true }
    }

    /// The role `roles/dns.reader`.
    pub fn reader() -> Self {
        Self { zones: true, make_zones: false, read: true, write: false }
    }
}
