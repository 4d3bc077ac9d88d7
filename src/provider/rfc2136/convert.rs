//! Our nouns to hickory's and back. Pure.

use hickory_proto::{
    ProtoError,
    rr::{
        Name as WireName, RData, Record, RecordType as WireType,
        rdata::{A, AAAA, CNAME, MX, NS, TXT},
    },
};

use crate::{
    dns::{Name, RecordType, Txt, Value},
    provider::{Error, ErrorKind, Result},
};

pub(super) fn name_to_wire(name: &Name) -> Result<WireName> {
    WireName::from_ascii(name.fqdn()).map_err(|error| unencodable(&error))
}

/// The root and names with octets that no host has cannot be said in ours.
pub(super) fn name_from_wire(name: &WireName) -> Option<Name> {
    name.to_ascii().parse().ok()
}

pub(super) fn kind_to_wire(kind: RecordType) -> WireType {
    match kind {
        RecordType::Txt => WireType::TXT,
        RecordType::Cname => WireType::CNAME,
        RecordType::A => WireType::A,
        RecordType::Aaaa => WireType::AAAA,
        RecordType::Mx => WireType::MX,
        RecordType::Ns => WireType::NS,
    }
}

pub(super) fn value_to_wire(value: &Value) -> Result<RData> {
    Ok(match value {
        Value::Txt(txt) => RData::TXT(TXT::from_bytes(txt.strings().iter().map(Vec::as_slice).collect())),
        Value::Cname(target) => RData::CNAME(CNAME(name_to_wire(target)?)),
        Value::A(address) => RData::A(A(*address)),
        Value::Aaaa(address) => RData::AAAA(AAAA(*address)),
        Value::Mx(preference, host) => RData::MX(MX::new(*preference, host_to_wire(host.as_ref())?)),
        Value::Ns(host) => RData::NS(NS(name_to_wire(host)?)),
    })
}

fn host_to_wire(host: Option<&Name>) -> Result<WireName> {
    host.map_or_else(|| Ok(WireName::root()), name_to_wire)
}

/// A value of the types that are read; what cannot be held exactly is an error and never left out, because a set
/// without one of its values would be taken for another set.
pub(super) fn value_from_wire(record: &Record) -> Result<Value> {
    let value = match &record.data {
        RData::TXT(txt) => Some(Value::Txt(Txt::from_strings(txt.txt_data.iter().map(|string| string.to_vec()).collect()))),
        RData::CNAME(target) => name_from_wire(&target.0).map(Value::Cname),
        RData::A(address) => Some(Value::A(address.0)),
        RData::AAAA(address) => Some(Value::Aaaa(address.0)),
        _ => None,
    };
    value.ok_or_else(|| {
        let message = format!("{} `{}` has a value that cannot be read: {}", record.record_type(), record.name, record.data);
        Error::new(ErrorKind::Invalid, message)
    })
}

/// A message that hickory refuses to encode.
pub(super) fn unencodable(error: &ProtoError) -> Error {
    Error::new(ErrorKind::Invalid, format!("the change cannot be written as a DNS message: {error}"))
}
