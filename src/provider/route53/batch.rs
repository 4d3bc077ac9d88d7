//! From the edits of sets to one change batch.
//!
//! Pure. A set is replaced by deleting exactly what stands there and creating what comes instead, in one batch: Route 53 carries it
//! out as one transaction, so that no reader sees anything in between, and refuses all of it when the set is not the
//! one that is deleted. UPSERT, which would write over whatever stands there, is never used.

use aws_sdk_route53::{
    error::BuildError,
    types::{Change, ChangeAction, ResourceRecord, ResourceRecordSet, RrType},
};

use super::{
    fault,
    sets::{Listing, Raw, peculiarity, read, texts, written},
};
use crate::{
    dns::{Name, RecordSet},
    provider::{
        self, Result,
        http::sets::{Edit, edits},
    },
};

/// Longest value of a TXT record in characters, quotes and escapes included.
const LONGEST_TEXT: usize = 4000;
/// Most values of one set.
const MOST_VALUES: usize = 400;
/// Most values in one batch, those that are deleted included.
const MOST_IN_BATCH: usize = 1000;
/// Most characters of all values in one batch.
const MOST_CHARACTERS: usize = 32_000;

/// The batch that carries the changes out; empty if there is nothing to do.
pub(super) fn of(zone: &Name, listing: &Listing, changes: &[provider::Change]) -> Result<Vec<Change>> {
    for change in changes {
        let stored = listing.get(&change.name, change.kind);
        if let Some(why) = stored.and_then(|stored| peculiarity(&stored.record)) {
            return Err(fault::peculiar(change, why));
        }
    }
    let mut batch = Vec::new();
    for edit in edits(listing, changes)? {
        batch.extend(requests(&edit)?);
    }
    check_size(zone, &batch)?;
    Ok(batch)
}

fn requests(edit: &Edit<'_, Raw>) -> Result<Vec<Change>> {
    let before = edit.before.and_then(|stored| stored.record.first());
    let delete = before.map(|set| change(ChangeAction::Delete, set.clone()));
    let create = (!edit.after.values.is_empty()).then(|| create(before, &edit.after));
    delete.into_iter().chain(create).collect()
}

fn create(before: Option<&ResourceRecordSet>, after: &RecordSet) -> Result<Change> {
    let texts = values(before, after);
    let most = texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
    if most > LONGEST_TEXT {
        return Err(fault::long_text(after, most, LONGEST_TEXT));
    }
    if texts.len() > MOST_VALUES {
        return Err(fault::many_values(after, texts.len(), MOST_VALUES));
    }
    let record = |text: &String| ResourceRecord::builder().value(text).build();
    let records: std::result::Result<Vec<ResourceRecord>, BuildError> = texts.iter().map(record).collect();
    let set = ResourceRecordSet::builder()
        .name(after.name.fqdn())
        .r#type(RrType::from(after.kind.to_string().as_str()))
        .ttl(after.ttl.into())
        .set_resource_records(Some(records.map_err(|error| fault::unbuilt(&error))?));
    change(ChangeAction::Create, set.build().map_err(|error| fault::unbuilt(&error))?)
}

/// What stays is written in the text that it has; only what is new is written in ours.
fn values(before: Option<&ResourceRecordSet>, after: &RecordSet) -> Vec<String> {
    let standing = |set: &ResourceRecordSet| -> Vec<_> {
        texts(set).filter_map(|text| Some((read(&set.r#type, text)?, text.to_owned()))).collect()
    };
    let standing = before.map(standing).unwrap_or_default();
    let new = after.values.iter().filter(|value| !standing.iter().any(|(stands, _)| stands == *value)).map(written);
    let kept = standing.iter().filter(|(value, _)| after.values.contains(value)).map(|(_, text)| text.clone());
    kept.chain(new).collect()
}

fn change(action: ChangeAction, set: ResourceRecordSet) -> Result<Change> {
    Change::builder().action(action).resource_record_set(set).build().map_err(|error| fault::unbuilt(&error))
}

fn check_size(zone: &Name, batch: &[Change]) -> Result<()> {
    let sets = || batch.iter().filter_map(|change| change.resource_record_set.as_ref());
    let (values, characters) = sets().flat_map(texts).fold((0, 0), |(n, sum), text| (n + 1, sum + text.chars().count()));
    if values > MOST_IN_BATCH || characters > MOST_CHARACTERS {
        return Err(fault::large_batch(zone, (values, characters), (MOST_IN_BATCH, MOST_CHARACTERS)));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
