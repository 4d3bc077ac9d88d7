//! Between our nouns and DNS messages: building a question, reading an answer. Pure.

use hickory_proto::{
    op::{Message, Query, ResponseCode},
    rr::{self, RData},
};

use super::{Answer, Manner, Question};
use crate::dns::{Name, RecordSet, RecordType, Ttl, Txt, Value};

/// Our type as the wire calls it.
pub(super) fn kind(kind: RecordType) -> rr::RecordType {
    match kind {
        RecordType::Txt => rr::RecordType::TXT,
        RecordType::Cname => rr::RecordType::CNAME,
        RecordType::A => rr::RecordType::A,
        RecordType::Aaaa => rr::RecordType::AAAA,
        RecordType::Mx => rr::RecordType::MX,
        RecordType::Ns => rr::RecordType::NS,
    }
}

/// Our name as the wire has it: absolute, so that no search list is ever tried.
pub(super) fn to_wire(name: &Name) -> Result<rr::Name, String> {
    rr::Name::from_ascii(name.fqdn()).map_err(|error| format!("{name} cannot be asked: {error}"))
}

/// A name from the wire; `None` for the root and for octets that our names cannot hold.
pub(super) fn from_wire(name: &rr::Name) -> Option<Name> {
    name.to_ascii().parse().ok()
}

/// A question as the wire has it.
pub(super) fn query(question: &Question) -> Result<Query, String> {
    Ok(Query::query(to_wire(&question.name)?, kind(question.kind)))
}

/// RDATA as a value; `None` when it is of another type or holds a name that ours cannot.
pub(super) fn value(data: &RData) -> Option<Value> {
    match data {
        RData::TXT(txt) => Some(Value::Txt(Txt::from_strings(txt.txt_data.iter().map(|string| string.to_vec()).collect()))),
        RData::CNAME(target) => from_wire(target).map(Value::Cname),
        RData::A(address) => Some(Value::A(address.0)),
        RData::AAAA(address) => Some(Value::Aaaa(address.0)),
        RData::MX(mx) if mx.exchange.is_root() => Some(Value::Mx(mx.preference, None)),
        RData::MX(mx) => from_wire(&mx.exchange).map(|host| Value::Mx(mx.preference, Some(host))),
        RData::NS(host) => from_wire(host).map(Value::Ns),
        _ => None,
    }
}

/// How long in seconds a negative answer may be cached (RFC 2308 5), from the SOA that came with it.
pub(super) fn negative_ttl(records: &[rr::Record]) -> Option<Ttl> {
    records.iter().find_map(|record| match &record.data {
        RData::SOA(soa) => Some(record.ttl.min(soa.minimum)),
        _ => None,
    })
}

/// The lowest NS owner in the authority section: where a referral points.
pub(super) fn referral(message: &Message) -> Option<&rr::Name> {
    message.authorities.iter().find(|record| record.record_type() == rr::RecordType::NS).map(|record| &record.name)
}

/// Reads what a server of `zone` said.
pub(super) fn read(zone: &Name, manner: Manner, question: &Question, message: &Message) -> Answer {
    let code = message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Answer::NotAuthoritative(format!("answered {}", code_name(code)));
    }
    if manner == Manner::Authoritative && !message.authoritative {
        return without_authority(zone, question, message);
    }
    if let Some(answer) = answered(question, message) {
        return answer;
    }
    let negative_ttl = negative_ttl(&message.authorities).unwrap_or_default();
    match code {
        ResponseCode::NXDomain => Answer::NxDomain { negative_ttl },
        _ => Answer::NoData { negative_ttl },
    }
}

/// A referral below the zone is a zone cut; anything else without the AA bit is a lame server. A referral to the zone
/// itself or above comes from a server that does not hold the zone, and must not be taken for a cut.
fn without_authority(zone: &Name, question: &Question, message: &Message) -> Answer {
    let cut = referral(message).and_then(from_wire).filter(|_| message.answers.is_empty());
    match cut {
        Some(cut) if cut != *zone && cut.is_at_or_below(zone) && question.name.is_at_or_below(&cut) => Answer::Delegated { cut },
        Some(cut) => Answer::NotAuthoritative(format!("does not serve {zone}: it refers to the servers of {cut}")),
        None => Answer::NotAuthoritative(format!("does not serve {zone}: its answer is not authoritative")),
    }
}

/// The answer section, if it says anything about the name. A CNAME comes before the response code: NXDOMAIN beside it
/// speaks of the target (RFC 6604 3).
fn answered(question: &Question, message: &Message) -> Option<Answer> {
    let owner = to_wire(&question.name).ok()?;
    let wanted = kind(question.kind);
    let at_name =
        |of: rr::RecordType| message.answers.iter().filter(|r| r.name == owner && r.record_type() == of).collect::<Vec<_>>();
    let records = at_name(wanted);
    if let Some(ttl) = records.iter().map(|record| record.ttl).min() {
        let values: Option<Vec<Value>> = records.iter().map(|record| value(&record.data)).collect();
        return Some(values.map_or_else(unreadable, |values| {
            Answer::Values(RecordSet::new(question.name.clone(), question.kind, ttl, values))
        }));
    }
    let cname = at_name(rr::RecordType::CNAME).into_iter().next()?;
    Some(match value(&cname.data) {
        Some(Value::Cname(target)) => Answer::Cname(target, cname.ttl),
        _ => unreadable(),
    })
}

fn unreadable() -> Answer {
    Answer::NotAuthoritative("answered with a name that holds more than letters, digits, - and _".to_owned())
}

/// The code as operators know it; the library's own text is a sentence.
pub(super) fn code_name(code: ResponseCode) -> String {
    match code {
        ResponseCode::NoError => "NOERROR".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::NotAuth => "NOTAUTH".to_owned(),
        other => format!("RCODE {}", u16::from(other)),
    }
}
