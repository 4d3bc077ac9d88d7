//! From edits to one batch.

use super::{
    listing::{Listing, content},
    note,
    wire::{Batch, Delete, Record, Write},
};
use crate::{
    dns::{RecordType, Value},
    provider::{Change, Error, ErrorKind, Result, http::values::Edit},
};

/// Records in one batch on a free zone; paid plans take 3,500.
const MOST: usize = 200;

/// The batch that carries the edits of the changes out; `tags` where the zone's plan has them.
pub(super) fn of(listing: &Listing, changes: &[Change], edits: &[Edit<'_, Record>], tags: bool) -> Result<Batch> {
    let context = Context { listing, changes, tags };
    let mut batch = Batch::default();
    for edit in edits {
        context.add(&mut batch, edit);
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

impl Context<'_> {
    fn add(&self, batch: &mut Batch, edit: &Edit<'_, Record>) {
        match edit {
            Edit::Delete { entry, .. } => batch.deletes.push(Delete { id: entry.record.id.clone() }),
            Edit::Replace { change, entry, value } => {
                let tags = entry.record.tags.as_deref().unwrap_or_default();
                batch.patches.push(Write { id: Some(entry.record.id.clone()), ..self.noted(change, value, tags) });
            }
            // The content in the form it has there: it may be a foreign one.
            Edit::Retime { change, entry } => {
                let content = entry.record.content.clone().unwrap_or_default();
                batch.patches.push(Write { id: Some(entry.record.id.clone()), ..write(change, content) });
            }
            Edit::Create { change, value } => batch.posts.push(self.noted(change, value, &[])),
        }
    }

    /// With comment and tag of the owner, beside the tags that stand there.
    fn noted(&self, change: &Change, value: &Value, tags: &[String]) -> Write {
        let comment = Some(note::comment(self.listing, self.changes, &change.name));
        let tags = self.tags.then(|| {
            let others = tags.iter().filter(|tag| !tag.starts_with("mailward:")).cloned();
            others.chain([note::tag(self.listing, self.changes, &change.name)]).collect()
        });
        Write { comment, tags, ..write(change, content(value)) }
    }
}

fn write(change: &Change, content: String) -> Write {
    // What is proxied answers with Cloudflare's addresses instead.
    let proxied = matches!(change.kind, RecordType::A | RecordType::Aaaa | RecordType::Cname).then_some(false);
    Write { name: change.name.to_string(), kind: change.kind.to_string(), content, ttl: change.ttl, proxied, ..Write::default() }
}

#[cfg(test)]
mod tests;
