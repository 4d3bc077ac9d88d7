//! From a change set and what stands there to one batch.
//!
//! A value that goes and one that comes at the same name and type are one update by id: at no time are there two, and at
//! none is there none.

use super::{
    listing::{Entry, Listing, content},
    note,
    wire::{Batch, Delete, Write},
};
use crate::{
    dns::{RecordType, Value},
    provider::{Change, Error, ErrorKind, Result, changes},
};

/// Records in one batch on a free zone; paid plans take 3,500.
const MOST: usize = 200;

/// The batch that carries the changes out; `tags` where the zone's plan has them.
pub(super) fn of(listing: &Listing, changes: &[Change], tags: bool) -> Result<Batch> {
    let mut batch = Batch::default();
    for change in changes {
        unmoved(listing, change)?;
        alone(listing, changes, change)?;
        add(&mut batch, &Context { listing, changes, tags }, change);
    }
    if batch.len() > MOST {
        let message = format!("the change has {} records, and Cloudflare changes {MOST} in one act", batch.len());
        return Err(Error::new(ErrorKind::Invalid, message));
    }
    Ok(batch)
}

/// What a record's note is told from.
struct Context<'a> {
    listing: &'a Listing,
    changes: &'a [Change],
    tags: bool,
}

fn add(batch: &mut Batch, context: &Context<'_>, change: &Change) {
    let entries: Vec<&Entry> = context.listing.at(&change.name).filter(|entry| entry.is(&change.name, change.kind)).collect();
    let goes = |entry: &&Entry| entry.value.as_ref().is_some_and(|value| change.remove.contains(value));
    let (gone, kept): (Vec<&Entry>, Vec<&Entry>) = entries.into_iter().partition(goes);
    let new: Vec<&Value> = changes::added(change).collect();
    let pairs = gone.len().min(new.len());
    for (entry, value) in gone.iter().zip(&new) {
        batch.patches.push(replacement(context, change, entry, value));
    }
    batch.deletes.extend(gone.iter().skip(pairs).map(|entry| Delete { id: entry.record.id.clone() }));
    batch.posts.extend(new.iter().skip(pairs).map(|value| context.noted(change, write(change, content(value)), &[])));
    // Where nobody asked for another TTL those of the others stay, even if they differ from each other.
    if change.expected.as_ref().is_some_and(|set| set.ttl != change.ttl) {
        batch.patches.extend(kept.iter().map(|entry| as_it_is(change, entry)));
    }
}

fn replacement(context: &Context<'_>, change: &Change, entry: &Entry, value: &Value) -> Write {
    let tags = entry.record.tags.as_deref().unwrap_or_default();
    Write { id: Some(entry.record.id.clone()), ..context.noted(change, write(change, content(value)), tags) }
}

/// The same content with the change's TTL, in the form it has there.
fn as_it_is(change: &Change, entry: &Entry) -> Write {
    let content = entry.record.content.clone().unwrap_or_default();
    Write { id: Some(entry.record.id.clone()), ..write(change, content) }
}

fn write(change: &Change, content: String) -> Write {
    // What is proxied answers with Cloudflare's addresses instead.
    let proxied = matches!(change.kind, RecordType::A | RecordType::Aaaa | RecordType::Cname).then_some(false);
    Write { name: change.name.to_string(), kind: change.kind.to_string(), content, ttl: change.ttl, proxied, ..Write::default() }
}

impl Context<'_> {
    /// With comment and tag of the owner, beside the tags that stand there.
    fn noted(&self, change: &Change, write: Write, tags: &[String]) -> Write {
        let comment = Some(note::comment(self.listing, self.changes, &change.name));
        let tags = self.tags.then(|| {
            let others = tags.iter().filter(|tag| !tag.starts_with("mailward:")).cloned();
            others.chain([note::tag(self.listing, self.changes, &change.name)]).collect()
        });
        Write { comment, tags, ..write }
    }
}

/// Cloudflare has no precondition, so what was read is compared here.
fn unmoved(listing: &Listing, change: &Change) -> Result<()> {
    let now = listing.set(&change.name, change.kind).values;
    if now == changes::expected(change) {
        return Ok(());
    }
    let message = format!("{} `{}` changed since it was read", change.kind, change.name);
    Err(Error::new(ErrorKind::Conflict, message))
}

/// DNS-R2. Cloudflare takes a TXT beside a CNAME, and then nobody sees it; only at the apex, where it flattens, both answer.
fn alone(listing: &Listing, changes: &[Change], change: &Change) -> Result<()> {
    if change.add.is_empty() || listing.is_apex(&change.name) {
        return Ok(());
    }
    let goes = |entry: &Entry| {
        let of = changes.iter().filter(|other| entry.is(&other.name, other.kind));
        of.flat_map(|other| &other.remove).any(|value| Some(value) == entry.value.as_ref())
    };
    let is_alias = |entry: &Entry| entry.record.kind == "CNAME";
    let wants_alias = change.kind == RecordType::Cname;
    let mut others = listing.at(&change.name).filter(|entry| !goes(entry));
    match others.find(|entry| is_alias(entry) != wants_alias && (wants_alias || is_alias(entry))) {
        None => Ok(()),
        Some(other) => {
            let message =
                format!("{} `{}` cannot stand beside the {} there (DNS-R2)", change.kind, change.name, other.record.kind);
            Err(Error::new(ErrorKind::Conflict, message))
        }
    }
}

#[cfg(test)]
mod tests;
