//! A certificate authority for one sandbox: certificates for servers, clients and `mta-sts.*` hosts, as PEM.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    SanType, date_time_ymd,
};

/// A self-signed authority.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key.
#[derive(Debug)]
pub struct Leaf {
    /// The certificate, PEM.
    pub certificate: String,
    /// The private key, PKCS#8 PEM.
    pub key: String,
}

/// When a certificate is valid. Tests of refused certificates need the past.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Validity {
    /// From the year 1975 to 4096.
    #[default]
    Always,
    /// Ended on the first day of 2020.
    Expired,
}

impl Authority {
    /// An authority whose subject is `common_name`.
    pub fn new(common_name: &str) -> Result<Self> {
        let mut params = named(common_name, None);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer })
    }

    /// The authority's own certificate, PEM: what clients are to trust.
    pub fn certificate(&self) -> String {
        self.issuer.pem()
    }

    /// A server certificate for `hosts` (DNS names; a wildcard is a name) and `addresses`.
    pub fn server(&self, hosts: &[&str], addresses: &[IpAddr], validity: Validity) -> Result<Leaf> {
        let mut params = named(hosts.first().copied().unwrap_or("server"), None);
        for host in hosts {
            let name = (*host).try_into().with_context(|| format!("{host:?} is not a DNS name"))?;
            params.subject_alt_names.push(SanType::DnsName(name));
        }
        params.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if validity == Validity::Expired {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        self.sign(params)
    }

    /// A client certificate: to Kubernetes `user` is the user and `group` one of its groups.
    pub fn client(&self, user: &str, group: Option<&str>) -> Result<Leaf> {
        let mut params = named(user, group);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, mut params: CertificateParams) -> Result<Leaf> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Leaf { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

impl Leaf {
    /// Writes `<name>.crt` and `<name>.key` into `dir`.
    pub fn write(&self, dir: &Path, name: &str) -> Result<()> {
        write(&dir.join(format!("{name}.crt")), &self.certificate)?;
        write(&dir.join(format!("{name}.key")), &self.key)
    }
}

/// Writes a PEM file.
pub fn write(path: &Path, pem: &str) -> Result<()> {
    fs::write(path, pem).with_context(|| format!("write {}", path.display()))
}

fn named(common_name: &str, organization: Option<&str>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    if let Some(organization) = organization {
        params.distinguished_name.push(DnType::OrganizationName, organization);
    }
    params
}
