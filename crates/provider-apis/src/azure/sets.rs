//! Record sets: lists, and one set with its etag.

use axum::{
    Json,
    extract::{Path, Query as QueryOf, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    auth::allowed,
    routes::{Answer, Query, Refusal, Shared, known, page},
    rules,
    world::{RecordSet, World, Zone},
};
use crate::front::locked;

type OfZone = (String, String, String, String);
type OfSet = (String, String, String, String, String);

/// Of one type, or of all.
pub(super) async fn list(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group, name, kind)): Path<OfZone>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    let action = format!("Microsoft.Network/dnsZones/{kind}/read");
    allowed(&world, &headers, |rights| rights.read, &action, uri.path())?;
    known(&world, &subscription, &query)?;
    let zone = world.seen(&group, &name).ok_or_else(|| Refusal::no_zone(&group, &name))?;
    let all = ["recordsets", "all"].contains(&kind.to_ascii_lowercase().as_str());
    // Only what stands below the suffix, and not the name that is the suffix.
    let below = query.get("$recordsetnamesuffix").map(|suffix| format!(".{}", suffix.trim_start_matches('.')));
    let fits = |set: &&RecordSet| {
        (all || set.kind.eq_ignore_ascii_case(&kind)) && below.as_ref().is_none_or(|suffix| set.name.ends_with(suffix.as_str()))
    };
    let mut sets: Vec<&RecordSet> = zone.sets.iter().filter(fits).collect();
    sets.sort_by(|a, b| (&a.name, &a.kind).cmp(&(&b.name, &b.kind)));
    let shown = sets.iter().map(|set| set.json(&zone, &subscription)).collect();
    Ok(page(&world, shown, &query, &headers, uri.path()))
}

pub(super) async fn show(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group, name, kind, at)): Path<OfSet>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.read, &format!("Microsoft.Network/dnsZones/{kind}/read"), uri.path())?;
    known(&world, &subscription, &query)?;
    let zone = world.seen(&group, &name).ok_or_else(|| Refusal::no_zone(&group, &name))?;
    let gone = || {
        let message =
            format!("The resource record '{at}' does not exist in resource group '{group}' of subscription '{subscription}'.");
        Refusal::dns(StatusCode::NOT_FOUND, "NotFound", message)
    };
    let set = zone.sets.iter().find(|set| is(set, &kind, &at)).ok_or_else(gone)?;
    Ok(with_etag(StatusCode::OK, set, &zone, &subscription))
}

fn is(set: &RecordSet, kind: &str, at: &str) -> bool {
    set.kind.eq_ignore_ascii_case(kind) && set.name.eq_ignore_ascii_case(at)
}

fn with_etag(status: StatusCode, set: &RecordSet, zone: &Zone, subscription: &str) -> Response {
    (status, [(header::ETAG, set.etag.clone())], Json(set.json(zone, subscription))).into_response()
}

pub(super) async fn put(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path(path): Path<OfSet>,
    QueryOf(query): QueryOf<Query>,
    Json(given): Json<Value>,
) -> Answer {
    let mut world = locked(&world);
    write(&mut world, &headers, uri.path(), &path, &query, |_, kind, at| rules::replaced(kind, at, &given))
}

pub(super) async fn patch(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path(path): Path<OfSet>,
    QueryOf(query): QueryOf<Query>,
    Json(given): Json<Value>,
) -> Answer {
    let mut world = locked(&world);
    write(&mut world, &headers, uri.path(), &path, &query, |before, _, at| match before {
        Some(before) => rules::merged(before, &given),
        None => Err(Refusal::dns(StatusCode::NOT_FOUND, "NotFound", format!("The resource record '{at}' does not exist."))),
    })
}

/// What all writes have in common: rights, locks, preconditions, rules, and another etag.
fn write(
    world: &mut World,
    headers: &HeaderMap,
    path: &str,
    (subscription, group, name, kind, at): &OfSet,
    query: &Query,
    made: impl FnOnce(Option<&RecordSet>, &str, &str) -> Result<RecordSet, Refusal>,
) -> Answer {
    may_write(world, headers, path, kind, "write", (subscription, group), query)?;
    let (etag, unlimited) = (world.new_etag(), world.unlimited);
    let zone = world.zone_mut(group, name).ok_or_else(|| Refusal::no_zone(group, name))?;
    let before = zone.sets.iter().position(|set| is(set, kind, at));
    rules::precondition(headers, before.map(|found| &zone.sets[found]))?;
    let made = RecordSet { etag, ..made(before.map(|found| &zone.sets[found]), &kind.to_ascii_uppercase(), at)? };
    let others: Vec<&RecordSet> =
        zone.sets.iter().enumerate().filter(|(index, _)| Some(*index) != before).map(|(_, set)| set).collect();
    rules::check(&others, &made)?;
    if !unlimited {
        rules::within_limits(&made)?;
    }
    match before {
        Some(found) => zone.sets[found] = made.clone(),
        None => zone.sets.push(made.clone()),
    }
    let status = if before.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok(with_etag(status, &made, zone, subscription))
}

pub(super) async fn delete(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group, name, kind, at)): Path<OfSet>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    may_write(&world, &headers, uri.path(), &kind, "delete", (&subscription, &group), &query)?;
    let zone = world.zone_mut(&group, &name).ok_or_else(|| Refusal::no_zone(&group, &name))?;
    let before = zone.sets.iter().position(|set| is(set, &kind, &at));
    if before.is_none() && !headers.contains_key(header::IF_MATCH) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    rules::precondition(&headers, before.map(|found| &zone.sets[found]))?;
    if at == "@" && ["NS", "SOA"].contains(&kind.to_ascii_uppercase().as_str()) {
        let message = format!("The record set of type '{kind}' at the zone apex cannot be deleted.");
        return Err(Refusal::dns(StatusCode::BAD_REQUEST, "BadRequest", message));
    }
    if let Some(found) = before {
        zone.sets.remove(found);
    }
    Ok(StatusCode::OK.into_response())
}

fn may_write(
    world: &World,
    headers: &HeaderMap,
    path: &str,
    kind: &str,
    verb: &str,
    (subscription, group): (&str, &str),
    query: &Query,
) -> Result<(), Refusal> {
    allowed(world, headers, |rights| rights.write, &format!("Microsoft.Network/dnsZones/{kind}/{verb}"), path)?;
    known(world, subscription, query)?;
    if world.locks.iter().any(|locked| locked.eq_ignore_ascii_case(group)) {
        let message = format!(
            "The scope '{path}' cannot perform {verb} operation because following scope(s) are locked: \
             '/subscriptions/{subscription}/resourceGroups/{group}'. Please remove the lock and try again."
        );
        return Err(Refusal::arm(StatusCode::CONFLICT, "ScopeLocked", message));
    }
    Ok(())
}
