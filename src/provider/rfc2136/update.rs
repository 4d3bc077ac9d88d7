//! UPDATE messages (RFC 2136 2), built whole. Pure.
//!
//! Prerequisites speak of stored data only, never of what a wildcard answers (RFC 2136 3.2), and are all checked before
//! the first change. Deletions stand before additions: a server ignores an addition beside a CNAME without a word
//! (RFC 2136 3.4.2.2), so what makes room must have happened by then.

use hickory_proto::{
    op::{Message, MessageType, OpCode, Query},
    rr::{DNSClass, Name as WireName, Record, RecordType as WireType},
};

use super::convert::{kind_to_wire, name_to_wire, value_to_wire};
use crate::{
    dns::{Name, RecordType, Value, Zone},
    provider::{Change, Result, changes},
};

/// Types whose absence is made sure of when a CNAME takes the place of other data.
const BESIDE_CNAME: [RecordType; 5] = [RecordType::Txt, RecordType::A, RecordType::Aaaa, RecordType::Mx, RecordType::Ns];

/// The one message for a change set that passed `changes::check`.
pub(super) fn message(zone: &Zone, changes: &[Change]) -> Result<Message> {
    let mut message = empty(zone)?;
    for change in changes {
        message.add_answers(prerequisites(change, changes)?);
    }
    for change in changes {
        message.add_authorities(deletions(change)?);
    }
    for change in changes {
        message.add_authorities(additions(change)?);
    }
    Ok(message)
}

/// A message that changes nothing and succeeds only when this set is stored (RFC 2136 2.4.1).
pub(super) fn is_stored(zone: &Zone, name: &Name, kind: RecordType) -> Result<Message> {
    let mut message = empty(zone)?;
    message.add_answer(about(name_to_wire(name)?, kind_to_wire(kind), DNSClass::ANY));
    Ok(message)
}

fn empty(zone: &Zone) -> Result<Message> {
    let mut message = Message::new(0, MessageType::Query, OpCode::Update);
    message.add_query(Query::query(name_to_wire(&zone.name)?, WireType::SOA));
    Ok(message)
}

fn prerequisites(change: &Change, all: &[Change]) -> Result<Vec<Record>> {
    let name = name_to_wire(&change.name)?;
    let expected = changes::expected(change);
    if !expected.is_empty() {
        // 2.4.2: the set exists and has exactly these values.
        return expected.iter().map(|value| with_value(&name, DNSClass::IN, 0, value)).collect();
    }
    let mut absent = vec![change.kind];
    let elsewhere = |kind| all.iter().any(|other| other.name == change.name && other.kind == kind);
    match change.kind {
        RecordType::Cname if !all.iter().any(|other| other.name == change.name && other.kind != change.kind) => {
            // 2.4.5: nothing at all is stored at the name; speaks of types that we know nothing of, too.
            return Ok(vec![about(name, WireType::ANY, DNSClass::NONE)]);
        }
        RecordType::Cname => absent.extend(BESIDE_CNAME.into_iter().filter(|kind| !elsewhere(*kind))),
        _ if !elsewhere(RecordType::Cname) => absent.push(RecordType::Cname),
        _ => {}
    }
    // 2.4.3: no set of these types exists.
    Ok(absent.into_iter().map(|kind| about(name.clone(), kind_to_wire(kind), DNSClass::NONE)).collect())
}

/// 2.5.4: each value by itself, in the form it was read in. An alias goes as a set (2.5.2), which the prerequisite pins:
/// `PowerDNS` looks for a value letter by letter, and a target that stands there in capitals would stay without a word.
fn deletions(change: &Change) -> Result<Vec<Record>> {
    let name = name_to_wire(&change.name)?;
    if change.kind == RecordType::Cname && !change.remove.is_empty() {
        return Ok(vec![about(name, kind_to_wire(change.kind), DNSClass::ANY)]);
    }
    let gone = changes::expected(change).iter().filter(|value| change.remove.contains(value));
    gone.map(|value| with_value(&name, DNSClass::NONE, 0, value)).collect()
}

/// 2.5.1. With another TTL the values that stay are written again, else the set would have two (RFC 2181 5.2).
fn additions(change: &Change) -> Result<Vec<Record>> {
    let name = name_to_wire(&change.name)?;
    let same_ttl = change.expected.as_ref().is_none_or(|set| set.ttl == change.ttl);
    let rewritten = changes::kept(change).filter(|_| !same_ttl);
    rewritten.chain(changes::added(change)).map(|value| with_value(&name, DNSClass::IN, change.ttl, value)).collect()
}

fn with_value(name: &WireName, class: DNSClass, ttl: u32, value: &Value) -> Result<Record> {
    let mut record = Record::from_rdata(name.clone(), ttl, value_to_wire(value)?);
    record.dns_class = class;
    Ok(record)
}

fn about(name: WireName, kind: WireType, class: DNSClass) -> Record {
    let mut record = Record::update0(name, 0, kind);
    record.dns_class = class;
    record
}

#[cfg(test)]
mod tests;
