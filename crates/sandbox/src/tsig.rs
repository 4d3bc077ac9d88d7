//! A TSIG key (RFC 8945), in the forms its readers want.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hickory_proto::rr::Name;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use rustls::crypto::aws_lc_rs;

/// Difference of clocks tolerated, in seconds; what RFC 8945 5.2.3 recommends.
const FUDGE_SECONDS: u16 = 300;

/// An hmac-sha256 key.
#[derive(Clone)]
pub struct TsigKey {
    name: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for TsigKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TsigKey({})", self.name)
    }
}

impl TsigKey {
    /// A new random key called `name`, a DNS name without its last dot.
    pub fn generate(name: &str) -> Result<Self> {
        let mut secret = vec![0; 32];
        let random = aws_lc_rs::default_provider().secure_random;
        random.fill(&mut secret).map_err(|_| anyhow!("the system gave no random bytes"))?;
        Ok(Self { name: name.to_owned(), secret })
    }

    /// The key of the file that [`Self::write`] wrote.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        let mut quoted = text.split('"').skip(1).step_by(2);
        let (name, secret) = quoted.next().zip(quoted.next()).with_context(|| format!("no key in {}", path.display()))?;
        let secret = STANDARD.decode(secret).with_context(|| format!("secret in {}", path.display()))?;
        Ok(Self { name: name.to_owned(), secret })
    }

    /// Writes the file that `nsupdate -k`, `dig -k` and named's `include` read.
    pub fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, self.statement()).with_context(|| format!("write {}", path.display()))
    }

    /// Its name, without the last dot.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The secret as a Kubernetes Secret or a DNS server's configuration would hold it.
    pub fn secret_base64(&self) -> String {
        STANDARD.encode(&self.secret)
    }

    /// What hickory signs and checks with.
    pub fn signer(&self) -> Result<TSigner> {
        let name = Name::from_ascii(format!("{}.", self.name))?;
        Ok(TSigner::new(self.secret.clone(), TsigAlgorithm::HmacSha256, name, FUDGE_SECONDS)?)
    }

    /// The `key` statement of named.conf.
    pub(crate) fn statement(&self) -> String {
        format!("key \"{}\" {{ algorithm hmac-sha256; secret \"{}\"; }};\n", self.name, self.secret_base64())
    }
}
