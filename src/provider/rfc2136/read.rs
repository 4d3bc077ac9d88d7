//! What is stored at some names, told from what a wildcard answers for them.
//!
//! A query cannot tell the two apart. A prerequisite can: RFC 2136 3.2 looks at stored data only. So names are read with
//! queries; where an answer equals what a wildcard above would give, and only there, a message with one prerequisite and
//! no change decides. A zone without wildcards never sees one, and a set that really equals its wildcard is still
//! read as what it is.

use std::collections::{BTreeMap, BTreeSet};

use hickory_proto::op::{Message, ResponseCode};

use super::{
    convert::{kind_to_wire, name_from_wire, value_from_wire},
    update,
    wire::Connection,
};
use crate::{
    dns::{Name, RecordSet, RecordType, Value, Zone},
    provider::{Error, ErrorKind, Result, Snapshot},
};

/// The types a provider reads.
const READ: [RecordType; 4] = [RecordType::Txt, RecordType::Cname, RecordType::A, RecordType::Aaaa];

type Key = (Name, RecordType);

pub(super) async fn snapshot(connection: &mut Connection<'_>, zone: &Zone, names: &[Name]) -> Result<Snapshot> {
    if let Some(outside) = names.iter().find(|name| !name.is_at_or_below(&zone.name)) {
        return Err(Error::new(ErrorKind::Invalid, format!("`{outside}` is not in zone `{}`", zone.name)));
    }
    let wanted = names.iter().flat_map(|name| READ.map(|kind| (name.clone(), kind))).collect();
    let mut sets = answers(connection, zone, wanted).await?;
    for key in synthesised(connection, zone, &sets).await? {
        sets.remove(&key);
    }
    let mut snapshot = Snapshot::default();
    sets.into_values().for_each(|set| snapshot.insert(set));
    Ok(snapshot)
}

/// The sets the server answers with.
async fn answers(connection: &mut Connection<'_>, zone: &Zone, wanted: BTreeSet<Key>) -> Result<BTreeMap<Key, RecordSet>> {
    let questions: Vec<_> = wanted.iter().map(|(name, kind)| (name.clone(), kind_to_wire(*kind))).collect();
    let answers = connection.ask(&questions).await?;
    let mut sets = BTreeMap::new();
    for (key, answer) in wanted.into_iter().zip(answers) {
        check(connection, zone, &key.0, &answer)?;
        if let Some(set) = set(&key, &answer)? {
            sets.insert(key, set);
        }
    }
    Ok(sets)
}

fn check(connection: &Connection<'_>, zone: &Zone, name: &Name, answer: &Message) -> Result<()> {
    match answer.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain if answer.metadata.authoritative => Ok(()),
        ResponseCode::NoError | ResponseCode::NXDomain => Err(connection.peer.not_authoritative(name, &zone.name)),
        code => Err(connection.peer.refused_query(name, code)),
    }
}

/// The set of the question's own name and type: what an alias leads to stands under another name.
fn set((name, kind): &Key, answer: &Message) -> Result<Option<RecordSet>> {
    let wire_kind = kind_to_wire(*kind);
    let own = answer.answers.iter().filter(|record| record.record_type() == wire_kind);
    let own: Vec<_> = own.filter(|record| name_from_wire(&record.name).as_ref() == Some(name)).collect();
    let Some(ttl) = own.iter().map(|record| record.ttl).min() else { return Ok(None) };
    let values = own.into_iter().map(value_from_wire).collect::<Result<Vec<_>>>()?;
    Ok(Some(RecordSet::new(name.clone(), *kind, ttl, values)))
}

/// The sets that are not stored where they were asked for.
async fn synthesised(connection: &mut Connection<'_>, zone: &Zone, sets: &BTreeMap<Key, RecordSet>) -> Result<Vec<Key>> {
    let wildcards = answers(connection, zone, wildcards_of(zone, sets)).await?;
    let like_wildcard = |key: &Key, values: &[Value]| {
        wildcards_above(zone, key).any(|above| wildcards.get(&above).is_some_and(|set| set.values == values))
    };
    let doubtful: Vec<_> = sets.iter().filter(|(key, set)| like_wildcard(key, &set.values)).map(|(key, _)| key.clone()).collect();
    let probes = doubtful.iter().map(|(name, kind)| update::is_stored(zone, name, *kind)).collect::<Result<_>>()?;
    let verdicts = connection.exchange(probes).await?;
    let mut gone = Vec::new();
    for (key, verdict) in doubtful.into_iter().zip(verdicts) {
        match verdict.metadata.response_code {
            ResponseCode::NoError => {}
            ResponseCode::NXRRSet => gone.push(key),
            code => return Err(connection.peer.refused_update(&zone.name, code)),
        }
    }
    Ok(gone)
}

fn wildcards_of(zone: &Zone, sets: &BTreeMap<Key, RecordSet>) -> BTreeSet<Key> {
    sets.keys().flat_map(|key| wildcards_above(zone, key)).collect()
}

/// Every wildcard of the zone that could answer for a name (RFC 4592 3.3.1 picks one; all are looked at).
fn wildcards_above<'a>(zone: &'a Zone, (name, kind): &'a Key) -> impl Iterator<Item = Key> + 'a {
    let enclosers = name.ancestors().skip(1).take_while(|above| above.is_at_or_below(&zone.name));
    let wildcards = enclosers.filter_map(|above| above.child("*").ok());
    wildcards.filter(move |wildcard| wildcard != name).map(move |wildcard| (wildcard, *kind))
}
