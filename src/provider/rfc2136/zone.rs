//! Which zone holds a name: the server is asked, nothing is guessed from labels.

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Record, RecordType as WireType},
};

use super::{convert::name_from_wire, wire::Connection};
use crate::{
    dns::{Name, Zone},
    provider::{Result, ZoneLookup},
};

/// What the answer to a SOA question says of the name.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    /// It is in the zone with this apex.
    Zone(Name),
    /// It is an alias, so the answer may speak of the target's zone. No apex is an alias (RFC 2181 10.1): the name is in
    /// the zone of its parent.
    Alias,
    /// Its subtree is handed to other servers here, or sent elsewhere by a DNAME (RFC 6672 2.4): what is written
    /// below is never seen.
    Cut(Name),
    /// The server has nothing to say with authority.
    Nothing,
}

/// Walks up until a zone of this server is found. A delegation on the way counts only when a zone of this server stands
/// above it: servers without the zone may refer to the root or to what they have cached.
pub(super) async fn find(connection: &mut Connection<'_>, name: &Name) -> Result<ZoneLookup> {
    let mut cut = None;
    let mut at = Some(name.clone());
    while let Some(asked) = at {
        at = match ask(connection, &asked).await? {
            Told::Zone(apex) => return Ok(found(apex, cut)),
            Told::Nothing => return Ok(ZoneLookup::NotFound),
            Told::Alias => asked.parent(),
            Told::Cut(owner) => {
                let above = owner.parent();
                cut = Some(owner);
                above
            }
        };
    }
    Ok(ZoneLookup::NotFound)
}

fn found(apex: Name, cut: Option<Name>) -> ZoneLookup {
    match cut {
        Some(cut) => ZoneLookup::Delegated { cut },
        None => ZoneLookup::Found(Zone { id: apex.to_string(), name: apex }),
    }
}

async fn ask(connection: &mut Connection<'_>, name: &Name) -> Result<Told> {
    let answers = connection.ask(&[(name.clone(), WireType::SOA)]).await?;
    let answer = answers.first().ok_or_else(|| connection.peer.garbled())?;
    match answer.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => Ok(told(name, answer)),
        ResponseCode::Refused | ResponseCode::NotAuth => Ok(Told::Nothing),
        code => Err(connection.peer.refused_query(name, code)),
    }
}

fn told(name: &Name, answer: &Message) -> Told {
    let above = |records: &[Record], kind| {
        let owners =
            records.iter().filter(|record| record.record_type() == kind).filter_map(|record| name_from_wire(&record.name));
        owners.into_iter().find(|owner| name.is_at_or_below(owner))
    };
    if !answer.metadata.authoritative {
        return above(&answer.authorities, WireType::NS).map_or(Told::Nothing, Told::Cut);
    }
    if let Some(owner) = above(&answer.answers, WireType::DNAME).filter(|owner| owner != name) {
        return Told::Cut(owner);
    }
    if above(&answer.answers, WireType::CNAME).is_some() {
        return Told::Alias;
    }
    let apex = above(&answer.answers, WireType::SOA).or_else(|| above(&answer.authorities, WireType::SOA));
    apex.map_or(Told::Nothing, Told::Zone)
}

#[cfg(test)]
mod tests;
