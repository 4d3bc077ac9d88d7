//! Step: a certificate authority, and the certificate of the policy servers.

use std::path::PathBuf;

use anyhow::Result;

use super::Sandbox;
use crate::pki::{self, Authority, Validity};
use crate::ports::LOOPBACK;

/// The hosts a policy server answers for. A wildcard stands for one label, and only the first: each zone gets its own
/// name; for a subdomain of `lab.` ask [`issue`] for one more.
const HOSTS: [&str; 4] = ["mta-sts.example.com", "mta-sts.example.org", "mta-sts.example.net", "mta-sts.lab"];

/// The authority and the files made from it.
#[derive(Debug)]
pub struct Certificates {
    authority: Authority,
    /// The policy servers' certificate, PEM.
    pub certificate: PathBuf,
    /// Its key, PKCS#8 PEM.
    pub key: PathBuf,
}

/// Makes them.
pub fn make(sandbox: &Sandbox) -> Result<Certificates> {
    let authority = Authority::new("Mailward sandbox CA")?;
    pki::write(&sandbox.ca_file(), &authority.certificate())?;
    let (certificate, key) = (sandbox.root().join("policy.crt"), sandbox.root().join("policy.key"));
    let certificates = Certificates { authority, certificate, key };
    issue(&certificates, &[])?;
    Ok(certificates)
}

/// Writes the policy servers' certificate anew, for `more` hosts besides the usual ones.
pub fn issue(certificates: &Certificates, more: &[&str]) -> Result<()> {
    let hosts = [&HOSTS[..], more].concat();
    let leaf = certificates.authority.server(&hosts, &[LOOPBACK], Validity::Always)?;
    pki::write(&certificates.key, &leaf.key)?;
    pki::write(&certificates.certificate, &leaf.certificate)
}
