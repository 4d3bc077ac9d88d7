//! Signing and checking messages (RFC 8945), with the key in memory that is wiped.
//!
//! `hickory_proto::rr::TSigner` does the same, but keeps a copy of the key that nobody wipes and reports every failure
//! as one text; here the codec and the MAC are hickory's, and the key and the reasons stay ours.

use base64::{Engine, prelude::BASE64_STANDARD};
use hickory_proto::{
    op::Message,
    rr::{
        Name as WireName,
        rdata::tsig::{self, TSIG, TsigAlgorithm, TsigError},
    },
};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use super::convert;
use crate::{
    dns::Name,
    provider::{Error, ErrorKind, Result},
};

/// Seconds that the two clocks may differ (RFC 8945 10 recommends 300).
pub(super) const FUDGE: u16 = 300;

/// MAC algorithms (RFC 8945 6); the weaker ones are not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// hmac-sha256.
    #[default]
    HmacSha256,
    /// hmac-sha384.
    HmacSha384,
    /// hmac-sha512.
    HmacSha512,
}

impl Algorithm {
    fn wire(self) -> TsigAlgorithm {
        match self {
            Self::HmacSha256 => TsigAlgorithm::HmacSha256,
            Self::HmacSha384 => TsigAlgorithm::HmacSha384,
            Self::HmacSha512 => TsigAlgorithm::HmacSha512,
        }
    }
}

/// Decodes a Secret's value: base64 as in the `secret` of a BIND key file. White space does not matter.
///
/// Errors never repeat the value.
pub fn decode_key(value: &[u8]) -> Result<SecretSlice<u8>> {
    let denied = |reason: &str| {
        let message = format!("the TSIG key {reason}: store the base64 text of the key's `secret`, without quotes");
        Error::new(ErrorKind::Denied, message)
    };
    let mut text = Zeroizing::new(Vec::with_capacity(value.len()));
    text.extend(value.iter().filter(|octet| !octet.is_ascii_whitespace()));
    if text.is_empty() {
        return Err(denied("is empty"));
    }
    let mut octets = Zeroizing::new(vec![0; text.len()]);
    let length = BASE64_STANDARD.decode_slice(&*text, &mut octets).map_err(|_| denied("is not base64"))?;
    // Exactly as long as the key: shrinking a longer buffer would leave a copy behind.
    Ok(SecretSlice::from(octets[..length].to_vec()))
}

/// A key that signs.
#[derive(Debug)]
pub(super) struct Key {
    name: WireName,
    algorithm: TsigAlgorithm,
    octets: SecretSlice<u8>,
}

/// Why an answer is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// The server says what is wrong with our signature (RFC 8945 5.2).
    Reported(TsigError),
    /// The answer is signed with another key, another secret or at another time.
    Forged,
    /// No signature at all.
    Unsigned,
}

/// What a request leaves behind for checking its answer.
pub(super) struct Signed {
    mac: Vec<u8>,
    time: u64,
}

impl Key {
    pub(super) fn new(name: &Name, algorithm: Algorithm, octets: SecretSlice<u8>) -> Result<Self> {
        if octets.expose_secret().is_empty() {
            return Err(Error::new(ErrorKind::Denied, format!("TSIG key `{name}` is empty")));
        }
        Ok(Self { name: convert::name_to_wire(name)?, algorithm: algorithm.wire(), octets })
    }

    /// As a server's configuration names it.
    pub(super) fn label(&self) -> String {
        format!("`{}` ({})", self.name.to_ascii().trim_end_matches('.'), self.algorithm)
    }

    /// Signs a message that will not change any more.
    pub(super) fn sign(&self, message: &mut Message, now: u64) -> Result<Signed> {
        let stub = TSIG::new(self.algorithm.clone(), now, FUDGE, Vec::new(), message.metadata.id, None, Vec::new());
        let signed = tsig::message_tbs(message, &stub, &self.name).map_err(|error| convert::unencodable(&error))?;
        let mac = self
            .algorithm
            .mac_data(self.octets.expose_secret(), &signed)
            .map_err(|error| Error::new(ErrorKind::Invalid, format!("TSIG key {} cannot sign: {error}", self.label())))?;
        message.set_signature(Box::new(tsig::make_tsig_record(self.name.clone(), stub.set_mac(mac.clone()))));
        Ok(Signed { mac, time: now })
    }

    /// Checks the octets of an answer against the request it answers (RFC 8945 5.3, 5.4).
    pub(super) fn check(&self, answer: &Message, octets: &[u8], request: &Signed) -> std::result::Result<(), Rejection> {
        let Some(record) = answer.signature() else { return Err(Rejection::Unsigned) };
        if let Some(error) = record.data.error {
            return Err(Rejection::Reported(error));
        }
        let (signed, record) = tsig::signed_bitmessage_to_buf(octets, Some(&request.mac), true).map_err(|_| Rejection::Forged)?;
        if record.name != self.name || record.data.algorithm != self.algorithm {
            return Err(Rejection::Forged);
        }
        let key = self.octets.expose_secret();
        self.algorithm.verify_mac(key, &signed, &record.data.mac).map_err(|_| Rejection::Forged)?;
        if record.data.time.abs_diff(request.time) > u64::from(FUDGE) {
            return Err(Rejection::Forged);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    #[test]
    fn a_key_may_be_wrapped_and_end_in_a_newline() {
        let key = decode_key(b"  c2Vj\r\ncmV0\n").unwrap();
        assert_eq!(key.expose_secret(), b"secret");
    }

    #[test]
    fn a_key_that_is_none_is_denied_and_never_shown() {
        for text in ["", " \n", "key \"mailward\" { secret \"c2VjcmV0\"; };", "c2VjcmV0!"] {
            let error = decode_key(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Denied);
            assert!(!error.message.contains("c2V") && error.message.contains("base64 text"), "{error}");
        }
    }

    #[test]
    fn p9_a_key_is_not_in_its_debug_text() {
        let name = "mailward".parse().unwrap();
        let key = Key::new(&name, Algorithm::default(), decode_key(b"c2VjcmV0").unwrap()).unwrap();
        assert!(!format!("{key:?}").contains("115, 101, 99"), "{key:?}");
        assert_eq!(key.label(), "`mailward` (hmac-sha256)");
    }
}
