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
    rr::Name::from_labels(name.labels().map(str::as_bytes)).map_err(|error| format!("{name} cannot be asked: {error}"))
}

/// A name from the wire; `None` for the root and for octets that our names cannot hold.
pub(super) fn from_wire(name: &rr::Name) -> Option<Name> {
    // Label by label: the library's text form escapes what it finds unusual, and a dot inside a label must not split it.
    let label = |octets| std::str::from_utf8(octets).ok().filter(|label| !label.contains('.'));
    name.iter().map(label).collect::<Option<Vec<&str>>>()?.join(".").parse().ok()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use hickory_proto::{
        op::OpCode,
        rr::rdata::{self, SOA},
    };

    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn record(owner: &str, ttl: u32, data: RData) -> rr::Record {
        rr::Record::from_rdata(to_wire(&name(owner)).unwrap(), ttl, data)
    }

    fn text(owner: &str, ttl: u32, text: &str) -> rr::Record {
        record(owner, ttl, RData::TXT(rdata::TXT::new(vec![text.to_owned()])))
    }

    fn ns(owner: &str) -> rr::Record {
        record(owner, 60, RData::NS(rdata::NS(to_wire(&name("ns.else.lab")).unwrap())))
    }

    fn cname(owner: &str, target: &str) -> rr::Record {
        record(owner, 60, RData::CNAME(rdata::CNAME(rr::Name::from_labels(target.split('.').map(str::as_bytes)).unwrap())))
    }

    fn message(authoritative: bool, code: ResponseCode) -> Message {
        let mut message = Message::response(7, OpCode::Query);
        message.metadata.authoritative = authoritative;
        message.metadata.response_code = code;
        message
    }

    /// What the TXT question for `_dmarc.post.lab`, zone `post.lab`, reads from `message`.
    fn answer(message: &Message) -> Answer {
        let question = Question::new(name("_dmarc.post.lab"), RecordType::Txt);
        read(&name("post.lab"), Manner::Authoritative, &question, message)
    }

    #[test]
    fn dns_r5_a_set_has_one_ttl_and_it_is_the_smallest_seen() {
        let mut message = message(true, ResponseCode::NoError);
        message.add_answers([text("_dmarc.post.lab", 300, "a"), text("_DMARC.post.lab", 60, "b"), text("other.lab", 5, "c")]);
        let Answer::Values(set) = answer(&message) else { unreachable!("no values: {message}") };
        assert_eq!((set.ttl, set.values), (60, vec![Value::text("a"), Value::text("b")]));
    }

    #[test]
    fn values_without_the_aa_bit_count_for_nothing() {
        let mut message = message(false, ResponseCode::NoError);
        message.add_answer(text("_dmarc.post.lab", 300, "stale"));
        assert!(matches!(answer(&message), Answer::NotAuthoritative(why) if why.contains("not authoritative")));
    }

    #[test]
    fn a_resolver_needs_no_aa_bit() {
        let mut message = message(false, ResponseCode::NoError);
        message.add_answer(text("_dmarc.post.lab", 300, "cached"));
        let question = Question::new(name("_dmarc.post.lab"), RecordType::Txt);
        assert!(matches!(read(&name("post.lab"), Manner::Recursive, &question, &message), Answer::Values(_)));
    }

    #[test]
    fn a_cname_is_reported_and_the_values_behind_it_are_not_taken() {
        let mut message = message(true, ResponseCode::NoError);
        message.add_answers([cname("_dmarc.post.lab", "d.else.lab"), text("d.else.lab", 300, "theirs")]);
        assert_eq!(answer(&message), Answer::Cname(name("d.else.lab"), 60));
    }

    #[test]
    fn rfc6604_no_such_name_behind_a_cname_speaks_of_its_target() {
        let mut message = message(true, ResponseCode::NXDomain);
        message.add_answer(cname("_dmarc.post.lab", "gone.else.lab"));
        assert_eq!(answer(&message), Answer::Cname(name("gone.else.lab"), 60));
    }

    #[test]
    fn rfc2308_the_negative_ttl_is_the_smaller_of_soa_ttl_and_minimum() {
        let apex = to_wire(&name("post.lab")).unwrap();
        let soa = |ttl, minimum| record("post.lab", ttl, RData::SOA(SOA::new(apex.clone(), apex.clone(), 1, 2, 3, 4, minimum)));
        for (ttl, minimum, expected) in [(3600, 60, 60), (30, 900, 30)] {
            let mut message = message(true, ResponseCode::NXDomain);
            message.add_authority(soa(ttl, minimum));
            assert_eq!(answer(&message), Answer::NxDomain { negative_ttl: expected });
        }
        assert_eq!(answer(&message(true, ResponseCode::NoError)), Answer::NoData { negative_ttl: 0 });
    }

    #[test]
    fn dns_r4_a_referral_below_the_zone_is_a_cut() {
        let mut message = message(false, ResponseCode::NoError);
        message.add_authority(ns("_dmarc.post.lab"));
        assert_eq!(answer(&message), Answer::Delegated { cut: name("_dmarc.post.lab") });
    }

    #[test]
    fn a_referral_to_the_zone_itself_or_above_is_a_lame_server_and_no_cut() {
        for owner in ["post.lab", "lab"] {
            let mut message = message(false, ResponseCode::NoError);
            message.add_authority(ns(owner));
            assert!(
                matches!(answer(&message), Answer::NotAuthoritative(why) if why.contains("does not serve post.lab")),
                "{owner}"
            );
        }
    }

    #[test]
    fn refused_and_servfail_are_named_as_operators_know_them() {
        for (code, text) in [(ResponseCode::Refused, "answered REFUSED"), (ResponseCode::ServFail, "answered SERVFAIL")] {
            assert_eq!(answer(&message(true, code)), Answer::NotAuthoritative(text.to_owned()));
        }
    }

    #[test]
    fn a_target_that_our_names_cannot_hold_is_no_value_and_no_absence() {
        let mut message = message(true, ResponseCode::NoError);
        message.add_answer(cname("_dmarc.post.lab", "128/25.2.0.192.in-addr.arpa"));
        assert!(matches!(answer(&message), Answer::NotAuthoritative(_)));
    }

    #[test]
    fn every_name_of_ours_can_be_asked() {
        for text in ["*._domainkey.post.lab", "_25._tcp.mx1.post.lab", "-a-.post.lab", "xn--bcher-kva.lab", "7.lab"] {
            assert_eq!(from_wire(&to_wire(&name(text)).unwrap()), Some(name(text)));
        }
    }

    #[test]
    fn a_dot_inside_a_label_is_not_taken_for_two_labels() {
        assert_eq!(from_wire(&rr::Name::from_labels([b"a.b".as_slice(), b"lab"]).unwrap()), None);
    }

    #[test]
    fn a_null_mx_has_no_host() {
        let null = RData::MX(rdata::MX::new(0, rr::Name::root()));
        assert_eq!(value(&null), Some(Value::Mx(0, None)));
    }
}
