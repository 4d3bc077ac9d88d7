//! Specs for tests, from minimal YAML through the type the API server stores.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]

use jiff::Timestamp;

use crate::api::MailDomainSpec;

/// The spec of `mail.lab` with these blocks.
pub(crate) fn spec(blocks: &str) -> MailDomainSpec {
    let mut value: serde_json::Value = serde_saphyr::from_str(blocks).unwrap();
    let fixed = serde_json::json!({"domain": "mail.lab", "providerRef": {"name": "sandbox"}});
    value.as_object_mut().unwrap().extend(fixed.as_object().unwrap().clone());
    serde_json::from_value(value).unwrap()
}

/// Seconds after some beginning.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000_000 + second).unwrap()
}

/// A public RSA key of this size: well-formed, and different for each seed.
pub(crate) fn rsa_public(bits: u16, seed: u8) -> Vec<u8> {
    let mut modulus = vec![seed; usize::from(bits / 8)];
    modulus[0] = 0x80 | seed;
    let number = [vec![0], modulus].concat();
    let key = der(0x30, &[der(0x02, &number), der(0x02, &[1, 0, 1])].concat());
    let algorithm = der(0x30, &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00]);
    der(0x30, &[algorithm, der(0x03, &[vec![0], key].concat())].concat())
}

/// One DER value with its header.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let header = match length {
        0..=0x7f => vec![tag, u8::try_from(length).unwrap()],
        _ => [&[tag, 0x82][..], &length.to_be_bytes()].concat(),
    };
    [header, content.to_vec()].concat()
}
