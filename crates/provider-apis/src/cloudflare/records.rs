//! Creating, changing and deleting records, one by one or as a batch.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{self, Refusal},
    rules::{check, complete},
    world::{Record, World, Zone},
};

/// What a request may say of a record.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Given {
    pub id: Option<String>,
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub content: Option<String>,
    pub ttl: Option<u32>,
    pub proxied: Option<bool>,
    pub comment: Option<String>,
    pub tags: Option<Vec<String>>,
    pub priority: Option<u16>,
}

/// A batch as it is sent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Batch {
    pub deletes: Option<Vec<Given>>,
    pub patches: Option<Vec<Given>>,
    pub puts: Option<Vec<Given>>,
    pub posts: Option<Vec<Given>>,
}

/// Records of one zone in the middle of a transaction.
struct Draft<'a> {
    zone: &'a Zone,
    records: Vec<Record>,
}

/// Does everything or nothing: deletes, patches, puts, posts, each list in its own order.
pub(super) fn transact(world: &mut World, zone: &str, batch: &Batch) -> Result<Value, Refusal> {
    let lists = [&batch.deletes, &batch.patches, &batch.puts, &batch.posts];
    let count: usize = lists.iter().filter_map(|list| list.as_ref()).map(Vec::len).sum();
    let fresh: Vec<String> = batch.posts.iter().flatten().map(|_| world.new_id()).collect();
    let zone = world.zone_mut(zone).ok_or_else(|| no_zone(zone))?;
    let most = if zone.plan == "free" { 200 } else { 3500 };
    if count > most {
        return Err(Refusal::new(400, 1004, "The batch has more operations than the plan allows."));
    }
    let mut draft = Draft { zone, records: zone.records.clone() };
    let deletes = each(batch.deletes.as_deref(), |given| draft.delete(given))?;
    let patches = each(batch.patches.as_deref(), |given| draft.change(given, true))?;
    let puts = each(batch.puts.as_deref(), |given| draft.change(given, false))?;
    let mut ids = fresh.into_iter();
    let posts = each(batch.posts.as_deref(), |given| draft.create(given, ids.next().unwrap_or_default()))?;
    let shown = json!({"deletes": deletes, "patches": patches, "puts": puts, "posts": posts});
    let records = draft.records;
    zone.before = std::mem::replace(&mut zone.records, records);
    Ok(shown)
}

/// The results of one list; null where none was sent.
fn each(list: Option<&[Given]>, mut work: impl FnMut(&Given) -> Result<Record, Refusal>) -> Result<Value, Refusal> {
    let Some(list) = list else { return Ok(Value::Null) };
    let done: Result<Vec<Value>, Refusal> = list.iter().map(|given| work(given).map(|record| answer::record(&record))).collect();
    done.map(Value::Array)
}

/// The zone is not known.
pub(super) fn no_zone(id: &str) -> Refusal {
    Refusal::new(404, 7003, &format!("Could not route to /client/v4/zones/{id}, perhaps your object identifier is invalid?"))
}

/// The record is not known.
pub(super) fn no_record() -> Refusal {
    Refusal::new(404, 81044, "Record does not exist.")
}

impl Draft<'_> {
    fn find(&self, given: &Given) -> Result<usize, Refusal> {
        self.records.iter().position(|record| Some(&record.id) == given.id.as_ref()).ok_or_else(no_record)
    }

    fn delete(&mut self, given: &Given) -> Result<Record, Refusal> {
        let at = self.find(given)?;
        Ok(self.records.remove(at))
    }

    fn create(&mut self, given: &Given, id: String) -> Result<Record, Refusal> {
        let record = self.filled(given, Record { id, ttl: 1, ..Record::default() });
        self.store(self.records.len(), record)
    }

    /// A patch keeps what it does not name; a put starts anew.
    fn change(&mut self, given: &Given, keep: bool) -> Result<Record, Refusal> {
        let at = self.find(given)?;
        let old = self.records.remove(at);
        let base = if keep { old } else { Record { id: old.id, ttl: 1, ..Record::default() } };
        let record = self.filled(given, base);
        self.store(at, record)
    }

    fn store(&mut self, at: usize, record: Record) -> Result<Record, Refusal> {
        check(self.zone, &self.records, &record)?;
        self.records.insert(at, record.clone());
        Ok(record)
    }

    fn filled(&self, given: &Given, base: Record) -> Record {
        let given = given.clone();
        Record {
            id: base.id,
            name: given.name.map_or(base.name, |name| complete(&self.zone.name, &name)),
            kind: given.kind.unwrap_or(base.kind),
            content: given.content.unwrap_or(base.content),
            ttl: given.ttl.unwrap_or(base.ttl),
            proxied: given.proxied.unwrap_or(base.proxied),
            comment: given.comment.or(base.comment),
            tags: given.tags.unwrap_or(base.tags),
            priority: given.priority.or(base.priority),
        }
    }
}
