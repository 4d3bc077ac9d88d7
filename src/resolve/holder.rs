//! Finding the zone that holds a name, without asking the provider.

use std::{collections::BTreeSet, net::SocketAddr};

use futures::future::join_all;
use hickory_proto::{
    op::{Message, Query, ResponseCode},
    rr,
};

use super::{
    Asker, Authority, AuthorityError, Server, Silent,
    answer::join,
    transport::{Bits, Failure},
    wire,
};
use crate::dns::Name;

impl Asker {
    /// The zone that holds `name`, and its servers: the nearest delegated zone at or above the name, or what the servers
    /// in `nameservers` say when there are any.
    ///
    /// A delegation that cannot be found out now is an error and never a reason to look higher: the parent's servers know
    /// nothing of the name. Caveat: where a zone is not delegated at all, this is the zone above it; whoever knows which
    /// zone it should be compares, or asks [`Asker::servers_of`] for that one.
    pub async fn holder_of(&self, name: &Name, nameservers: &[SocketAddr]) -> Result<Authority, AuthorityError> {
        if !nameservers.is_empty() {
            let zone = self.zone_at(name, nameservers).await?;
            return self.servers_of(&zone, nameservers).await;
        }
        let mut above = None;
        for zone in name.ancestors() {
            match self.servers_of(&zone, &[]).await {
                Err(error @ AuthorityError::NotDelegated { .. }) => drop(above.get_or_insert(error)),
                settled => return settled,
            }
        }
        Err(above.unwrap_or_else(|| AuthorityError::Unknown { zone: name.clone(), why: "it has no zone above".to_owned() }))
    }

    /// The longest zone of `name` that any of these servers is authoritative for.
    async fn zone_at(&self, name: &Name, nameservers: &[SocketAddr]) -> Result<Name, AuthorityError> {
        let servers: BTreeSet<Server> = nameservers.iter().copied().map(Server::unnamed).collect();
        let answers = join_all(servers.into_iter().map(async |server| (server.clone(), self.zone_by(&server, name).await)));
        let (mut found, mut silent) = (BTreeSet::new(), Vec::new());
        for (server, answer) in answers.await {
            match answer {
                Ok(zone) => drop(found.insert((zone.labels().count(), zone))),
                Err(why) => silent.push(Silent { server, why }),
            }
        }
        let unknown = || AuthorityError::Unknown { zone: name.clone(), why: join(&silent) };
        found.pop_last().map(|(_, zone)| zone).ok_or_else(unknown)
    }

    /// The zone that a server has for `name`: an SOA comes back with its apex, in the answer or beside an absence (RFC 2308 3).
    /// An alias comes back without one where it leads out of the zone, and is never an apex itself (RFC 1034 3.6.2).
    async fn zone_by(&self, server: &Server, name: &Name) -> Result<Name, String> {
        for asked in name.ancestors() {
            let query = Query::query(wire::to_wire(&asked)?, rr::RecordType::SOA);
            let message = self.inner.transport.exchange(server.address, &query, Bits::default()).await.map_err(Failure::text)?;
            match apex(&asked, &message)? {
                Some(zone) => return Ok(zone),
                None if is_alias(&asked, &message) => {}
                None => break,
            }
        }
        Err(format!("serves no zone that holds {name}"))
    }
}

fn apex(name: &Name, message: &Message) -> Result<Option<Name>, String> {
    let code = message.response_code;
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Err(format!("answered {}", wire::code_name(code)));
    }
    let records = message.answers.iter().chain(&message.authorities);
    let mut apexes =
        records.filter(|record| record.record_type() == rr::RecordType::SOA).filter_map(|record| wire::from_wire(&record.name));
    Ok(apexes.find(|apex| message.authoritative && name.is_at_or_below(apex)))
}

fn is_alias(name: &Name, message: &Message) -> bool {
    let mut aliases = message.answers.iter().filter(|record| record.record_type() == rr::RecordType::CNAME);
    message.authoritative && aliases.any(|record| wire::from_wire(&record.name).as_ref() == Some(name))
}
