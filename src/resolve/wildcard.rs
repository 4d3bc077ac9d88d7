//! Wildcards over plain queries: telling owned data from synthesis, and seeing which wildcard a first record would hide.
//!
//! The instrument is the name `*.<parent>`. Asked literally it answers as a wildcard does for any missing sibling, whether
//! the wildcard stands right there or higher up (RFC 4592 2.2.1, 3.3.1).

use std::collections::BTreeMap;

use super::{Answer, Asker, Authority, Question, Silence};
use crate::{
    dns::{Name, RecordType, Value},
    plan::HiddenWildcard,
};

/// The types whose loss at a host somebody would notice.
const NOTICED: [RecordType; 5] = [RecordType::Mx, RecordType::A, RecordType::Aaaa, RecordType::Txt, RecordType::Cname];

/// What answers at one name, by type.
type Sets = BTreeMap<RecordType, Vec<Value>>;

impl Asker {
    /// Whether the values that answer at `name` come from a wildcard (DNS-W1): the wildcard name beside it answers the same.
    /// A name that owns the very values its wildcard has counts as synthesised: nothing on the wire tells them apart.
    pub async fn synthesised(
        &self,
        name: &Name,
        kind: RecordType,
        values: &[Value],
        authority: &Authority,
    ) -> Result<bool, Silence> {
        if values.is_empty() {
            return Ok(false);
        }
        let probes = probes(name, &authority.zone);
        for probe in &probes {
            if self.sets(probe, &[kind], authority).await?.get(&kind).map(Vec::as_slice) != Some(values) {
                return Ok(false);
            }
        }
        Ok(!probes.is_empty())
    }

    /// The wildcard that stops answering for a host once the first record stands at `name` (DNS-R3): a host node above (or,
    /// for a TXT, at) the name that exists only by synthesis today. `None` when nothing is hidden. Nodes with an underscore
    /// label are passed over: nobody asks for the MX of `_domainkey.example.com`.
    pub async fn hidden_wildcard(
        &self,
        name: &Name,
        kind: RecordType,
        authority: &Authority,
    ) -> Result<Option<HiddenWildcard>, Silence> {
        for node in nodes(name, kind, &authority.zone) {
            let Some(beside) = node.wildcard_sibling() else { continue };
            let offered = self.sets(&beside, &NOTICED, authority).await?;
            if offered.is_empty() || self.sets(&node, &NOTICED, authority).await? != offered {
                continue;
            }
            if self.is_real(&node, &offered, authority).await? {
                continue;
            }
            let lost = lost(&offered, (node == *name).then_some(kind));
            if !lost.is_empty() {
                let wildcard = self.source(beside, &offered, authority).await?;
                return Ok(Some(HiddenWildcard { node, wildcard, types: lost }));
            }
        }
        Ok(None)
    }

    /// Whether a node that answers as the wildcard beside it does has records of its own, which happen to be the same: the
    /// advice of DNS-R3 taken. Below a node that exists that wildcard does not reach, so a name there no longer answers.
    async fn is_real(&self, node: &Name, offered: &Sets, authority: &Authority) -> Result<bool, Silence> {
        let Ok(below) = node.child("*") else { return Ok(false) };
        Ok(self.sets(&below, &NOTICED, authority).await? != *offered)
    }

    /// Where the wildcard really stands: the highest `*` that answers the same without a gap.
    async fn source(&self, beside: Name, offered: &Sets, authority: &Authority) -> Result<Name, Silence> {
        let mut source = beside;
        while let Some(above) = source.parent().and_then(|parent| parent.wildcard_sibling()) {
            if !above.is_at_or_below(&authority.zone) || self.sets(&above, &NOTICED, authority).await? != *offered {
                break;
            }
            source = above;
        }
        Ok(source)
    }

    async fn sets(&self, name: &Name, kinds: &[RecordType], authority: &Authority) -> Result<Sets, Silence> {
        let questions: Vec<Question> = kinds.iter().map(|kind| Question::new(name.clone(), *kind)).collect();
        let mut sets = Sets::new();
        for seen in self.ask(authority, &questions).await {
            match seen.usable() {
                Some(Answer::Values(set)) => drop(sets.insert(set.kind, set.values.clone())),
                Some(_) => {}
                None => return Err(Silence { zone: authority.zone.clone(), silent: seen.silent() }),
            }
        }
        Ok(sets)
    }
}

/// Names that all answer the same when `name` is synthesised; none when it cannot be. A wildcard name needs two: `*.x`
/// comes from higher up only when `x` does not exist, and then `x` and the wildcard beside `x` answer the same too.
fn probes(name: &Name, zone: &Name) -> Vec<Name> {
    let beside = |name: &Name| name.wildcard_sibling().filter(|sibling| name != zone && sibling.is_at_or_below(zone));
    match name.parent().filter(|_| is_wildcard(name)) {
        None => beside(name).into_iter().collect(),
        Some(parent) => beside(&parent).into_iter().chain(beside(&parent).and(Some(parent))).collect(),
    }
}

fn is_wildcard(name: &Name) -> bool {
    name.labels().next() == Some("*")
}

/// The host nodes that a record at `name` brings into being, nearest first. A TXT at the host itself (SPF of a subdomain)
/// hides the wildcard's other types there; an address at the policy host is meant to take the wildcard's place.
fn nodes(name: &Name, kind: RecordType, zone: &Name) -> Vec<Name> {
    name.ancestors()
        .skip(usize::from(kind != RecordType::Txt))
        .take_while(|node| node != zone && node.is_at_or_below(zone))
        .filter(|node| node.labels().all(|label| !label.starts_with('_') && label != "*"))
        .collect()
}

/// The types that stop answering; the one that is written itself is replaced, not lost.
fn lost(offered: &Sets, written: Option<RecordType>) -> Vec<String> {
    offered.keys().filter(|kind| Some(**kind) != written).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn nodes_of(text: &str, kind: RecordType) -> Vec<String> {
        nodes(&name(text), kind, &name("post.lab")).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn dns_r3_only_host_nodes_strictly_below_the_apex_count() {
        assert_eq!(nodes_of("_dmarc.post.lab", RecordType::Txt), Vec::<String>::new());
        assert_eq!(nodes_of("_dmarc.news.post.lab", RecordType::Txt), ["news.post.lab"]);
        assert_eq!(nodes_of("s1._domainkey.eu.news.post.lab", RecordType::Txt), ["eu.news.post.lab", "news.post.lab"]);
    }

    #[test]
    fn dns_r3_a_text_at_the_host_itself_counts_and_an_address_there_does_not() {
        assert_eq!(nodes_of("news.post.lab", RecordType::Txt), ["news.post.lab"]);
        assert_eq!(nodes_of("mta-sts.post.lab", RecordType::A), Vec::<String>::new());
    }

    #[test]
    fn a_wildcard_of_the_written_type_alone_is_replaced_and_not_lost() {
        let offered = Sets::from([(RecordType::Txt, vec![Value::text("v=spf1 -all")])]);
        assert!(lost(&offered, Some(RecordType::Txt)).is_empty());
        assert_eq!(lost(&offered, None), ["TXT"]);
    }

    #[test]
    fn the_apex_and_a_wildcard_below_it_are_never_synthesised() {
        let zone = name("post.lab");
        assert!(probes(&zone, &zone).is_empty());
        assert!(probes(&name("*.post.lab"), &zone).is_empty());
        assert!(probes(&name("a.else.lab"), &zone).is_empty());
        assert_eq!(probes(&name("a.post.lab"), &zone), [name("*.post.lab")]);
        assert_eq!(probes(&name("*.a.post.lab"), &zone), [name("*.post.lab"), name("a.post.lab")]);
    }
}
