//! The nouns of an observation: who was asked what, and what each of them said. Pure data.

use std::{fmt, net::SocketAddr};

use crate::dns::{Name, RecordSet, RecordType, Ttl};

/// Most octets of one value shown in a message; the rest of a foreign value is nobody's business.
const SHOWN_OCTETS: usize = 100;
/// Most values shown in a message.
const SHOWN_VALUES: usize = 3;

/// One address of one name server. A host with two addresses is two servers: each can be wrong by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server {
    /// Its host name, or the address again where there is no name (configured servers, resolvers).
    pub name: String,
    /// Where it is asked.
    pub address: SocketAddr,
}

impl Server {
    /// A server known by its address only.
    pub fn unnamed(address: SocketAddr) -> Self {
        Self { name: address.to_string(), address }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.to_string();
        if self.name == address { f.write_str(&address) } else { write!(f, "{} ({address})", self.name) }
    }
}

/// How servers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Recursion is not desired, and an answer counts only with the AA bit.
    Authoritative,
    /// Recursion is desired and caches may answer: `verification.mode: Resolvers`, where port 53 is closed.
    Recursive,
}

/// The servers that speak for a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// The zone's apex.
    pub zone: Name,
    /// Whom to ask, sorted, without duplicates; never empty when it comes from [`super::Asker::servers_of`].
    pub servers: Vec<Server>,
    /// How to ask them.
    pub manner: Manner,
    /// Delegated name servers whose host has no address: senders skip them too, but somebody should know.
    pub unresolved: Vec<Name>,
}

/// One question. CNAMEs are never followed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Owner name.
    pub name: Name,
    /// Type.
    pub kind: RecordType,
}

impl Question {
    /// A question for one type at one name.
    pub fn new(name: Name, kind: RecordType) -> Self {
        Self { name, kind }
    }
}

/// What one server said to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The set at the name. It may come from a wildcard: see [`super::Asker::synthesised`].
    Values(RecordSet),
    /// A CNAME stands where another type was asked (also one that a DNAME above makes).
    Cname(Name, Ttl),
    /// The name exists, the type does not.
    NoData {
        /// How long in seconds a cache may keep this answer (RFC 2308 5: the smaller of SOA TTL and minimum); 0 without SOA.
        negative_ttl: Ttl,
    },
    /// The name does not exist.
    NxDomain {
        /// As for [`Answer::NoData`].
        negative_ttl: Ttl,
    },
    /// The server refers the name to other servers: a zone cut stands between (DNS-R4).
    Delegated {
        /// Where the cut is, strictly below the zone that was asked.
        cut: Name,
    },
    /// Nothing came back.
    Unreachable(String),
    /// Something came back that counts for nothing: no AA bit, REFUSED, SERVFAIL, a referral upwards, an unreadable message.
    NotAuthoritative(String),
}

impl Answer {
    /// Why the answer counts for nothing; `None` when it counts.
    pub fn silence(&self) -> Option<&str> {
        match self {
            Self::Unreachable(why) | Self::NotAuthoritative(why) => Some(why),
            _ => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Values(set) => show_values(set, f),
            Self::Cname(target, _) => write!(f, "a CNAME to {target}"),
            Self::NoData { .. } => f.write_str("no record of this type"),
            Self::NxDomain { .. } => f.write_str("no such name"),
            Self::Delegated { cut } => write!(f, "a delegation of {cut} to other servers"),
            Self::Unreachable(why) | Self::NotAuthoritative(why) => f.write_str(why),
        }
    }
}

fn show_values(set: &RecordSet, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shown: Vec<String> = set.values.iter().take(SHOWN_VALUES).map(|value| shorten(&value.to_string())).collect();
    write!(f, "{} {}", set.kind, shown.join(", "))?;
    match set.values.len().saturating_sub(SHOWN_VALUES) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

/// Quoted and escaped: a foreign value must not smuggle control characters or line breaks into an event.
fn shorten(text: &str) -> String {
    match text.char_indices().find(|(at, _)| *at >= SHOWN_OCTETS) {
        Some((at, _)) => format!("{:?}...", &text[..at]),
        None => format!("{text:?}"),
    }
}

/// What every server said to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The question.
    pub question: Question,
    /// The answers, in the order of the servers.
    pub answers: Vec<(Server, Answer)>,
}

impl Observation {
    /// The first answer that counts.
    pub fn usable(&self) -> Option<&Answer> {
        self.answers.iter().map(|(_, answer)| answer).find(|answer| answer.silence().is_none())
    }

    /// The servers whose answer counts for nothing, and why.
    pub fn silent(&self) -> Vec<Silent> {
        self.answers
            .iter()
            .filter_map(|(server, answer)| Some(Silent { server: server.clone(), why: answer.silence()?.to_owned() }))
            .collect()
    }
}

/// A server that gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// Who.
    pub server: Server,
    /// Why: unreachable or not authoritative, as a half sentence.
    pub why: String,
}

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.server, self.why)
    }
}

/// No server gave a usable answer: nothing is known, which is neither "there" nor "gone".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no name server of {zone} gave a usable answer: {}", join(silent))]
pub struct Silence {
    /// The zone.
    pub zone: Name,
    /// Each server and why.
    pub silent: Vec<Silent>,
}

/// Silent servers as one half sentence.
pub(super) fn join(silent: &[Silent]) -> String {
    match silent {
        [] => "none is known".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;
    use crate::dns::Value;

    fn set(values: &[&str]) -> Answer {
        let values = values.iter().map(|text| Value::text(text)).collect();
        Answer::Values(RecordSet::new("news.lab".parse().unwrap(), RecordType::Txt, 60, values))
    }

    #[test]
    fn a_long_foreign_value_is_cut_and_its_control_characters_are_escaped() {
        let shown = set(&[&format!("a\nb{}", "x".repeat(300))]).to_string();
        assert!(!shown.contains('\n') && shown.len() < 130 && shown.ends_with("..."), "{shown}");
    }

    #[test]
    fn a_value_is_cut_between_characters_and_never_inside_one() {
        let shown = set(&[&"\u{fc}".repeat(200)]).to_string();
        assert!(shown.ends_with("\u{fc}\"..."), "{shown}");
    }

    #[test]
    fn of_many_values_three_are_shown_and_the_rest_counted() {
        assert_eq!(set(&["a", "b", "c", "d", "e"]).to_string(), r#"TXT "a", "b", "c" and 2 more"#);
    }

    #[test]
    fn a_server_without_a_name_shows_its_address_once() {
        let server = Server::unnamed("127.0.0.2:53".parse().unwrap());
        assert_eq!(server.to_string(), "127.0.0.2:53");
        assert_eq!(Server { name: "ns1.lab".into(), ..server }.to_string(), "ns1.lab (127.0.0.2:53)");
    }
}
