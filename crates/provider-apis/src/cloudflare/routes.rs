//! Paths, and who may walk them.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Path, Query as QueryOf, State, rejection::JsonRejection},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    answer::{Refusal, done, page, record, zone},
    auth::{allowed, token},
    list::{self, Page, Query},
    records::{Batch, Given, no_record, no_zone, transact},
    world::{DATE, World},
};
use crate::front::locked;

type Shared = State<Arc<Mutex<World>>>;
type Answer = Result<Response, Refusal>;

/// Largest page of zones.
const ZONES: usize = 50;
/// Largest page of records.
const RECORDS: usize = 5_000_000;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    let one = get(show).put(put).patch(patch).delete(delete);
    Router::new()
        .route("/user/tokens/verify", get(verify))
        .route("/zones", get(zones))
        .route("/zones/{zone}", get(one_zone))
        .route("/zones/{zone}/dns_records", get(listing).post(create))
        .route("/zones/{zone}/dns_records/batch", post(batch))
        .route("/zones/{zone}/dns_records/{record}", one)
}

async fn verify(State(world): Shared, headers: HeaderMap) -> Answer {
    let known = token(&locked(&world), &headers);
    let id = known.map_err(|_| Refusal::new(401, 1000, "Invalid API Token"))?.secret.len();
    Ok(done(&json!({"id": format!("{id:032x}"), "status": "active", "not_before": DATE})))
}

async fn zones(State(world): Shared, headers: HeaderMap, QueryOf(query): QueryOf<Query>) -> Answer {
    let world = locked(&world);
    let token = token(&world, &headers)?;
    if !token.zone_read {
        return Err(Refusal::new(403, 10000, "Authentication error"));
    }
    let at = Page::of(&query, 20, ZONES)?;
    let fits = |key: &str, value: &str| query.get(key).is_none_or(|wanted| wanted == value);
    let mut all: Vec<_> = world.zones.iter().filter(|zone| token.sees(&zone.id) && fits("status", &zone.status)).collect();
    all.retain(|zone| query.get("name").is_none_or(|wanted| list::zone_name(&zone.name, wanted)));
    all.retain(|zone| match query.get("type") {
        Some(kinds) => kinds.split(',').any(|kind| kind == zone.kind),
        None => zone.kind != "internal",
    });
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let total = all.len();
    let shown: Vec<Value> = at.cut(all).into_iter().map(|one| zone(one, &token)).collect();
    Ok(page(&shown, at.number, at.size, total))
}

async fn one_zone(State(world): Shared, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    let world = locked(&world);
    let token = token(&world, &headers)?;
    allowed(&token, &id, token.zone_read)?;
    let found = world.zone(&id).ok_or_else(|| no_zone(&id))?;
    Ok(done(&zone(found, &token)))
}

async fn listing(State(world): Shared, headers: HeaderMap, Path(id): Path<String>, QueryOf(query): QueryOf<Query>) -> Answer {
    let mut world = locked(&world);
    let token = token(&world, &headers)?;
    allowed(&token, &id, token.dns_read || token.dns_edit)?;
    let late = world.lag > 0;
    world.lag = world.lag.saturating_sub(1);
    let zone = world.zone(&id).ok_or_else(|| no_zone(&id))?;
    let at = Page::of(&query, 100, RECORDS)?;
    let stored = if late { zone.before.clone() } else { zone.records.clone() };
    let all = list::records(stored, &query)?;
    let total = all.len();
    let shown: Vec<Value> = at.cut(all).iter().map(record).collect();
    Ok(page(&shown, at.number, at.size, total))
}

async fn show(State(world): Shared, headers: HeaderMap, Path((id, record_id)): Path<(String, String)>) -> Answer {
    let world = locked(&world);
    let token = token(&world, &headers)?;
    allowed(&token, &id, token.dns_read || token.dns_edit)?;
    let zone = world.zone(&id).ok_or_else(|| no_zone(&id))?;
    let found = zone.records.iter().find(|record| record.id == record_id).ok_or_else(no_record)?;
    Ok(done(&record(found)))
}

type Body<T> = Result<Json<T>, JsonRejection>;

fn body<T>(body: Body<T>) -> Result<T, Refusal> {
    body.map(|Json(inside)| inside).map_err(|error| Refusal::new(400, 9207, &error.body_text()))
}

async fn batch(State(world): Shared, headers: HeaderMap, Path(id): Path<String>, given: Body<Batch>) -> Answer {
    write(&world, &headers, &id, &body(given)?).map(|shown| done(&shown))
}

async fn create(State(world): Shared, headers: HeaderMap, Path(id): Path<String>, given: Body<Given>) -> Answer {
    let posts = Some(vec![body(given)?]);
    single(&world, &headers, &id, &Batch { posts, ..Batch::default() }, "posts")
}

async fn put(State(world): Shared, headers: HeaderMap, Path((id, record)): Path<(String, String)>, given: Body<Given>) -> Answer {
    let puts = Some(vec![Given { id: Some(record), ..body(given)? }]);
    single(&world, &headers, &id, &Batch { puts, ..Batch::default() }, "puts")
}

async fn patch(
    State(world): Shared,
    headers: HeaderMap,
    Path((id, record)): Path<(String, String)>,
    given: Body<Given>,
) -> Answer {
    let patches = Some(vec![Given { id: Some(record), ..body(given)? }]);
    single(&world, &headers, &id, &Batch { patches, ..Batch::default() }, "patches")
}

async fn delete(State(world): Shared, headers: HeaderMap, Path((id, record)): Path<(String, String)>) -> Answer {
    let deletes = Some(vec![Given { id: Some(record.clone()), ..Given::default() }]);
    write(&world, &headers, &id, &Batch { deletes, ..Batch::default() })?;
    Ok(done(&json!({"id": record})))
}

fn single(world: &Mutex<World>, headers: &HeaderMap, zone: &str, batch: &Batch, list: &str) -> Answer {
    write(world, headers, zone, batch).map(|shown| done(&shown[list][0]))
}

fn write(world: &Mutex<World>, headers: &HeaderMap, zone: &str, batch: &Batch) -> Result<Value, Refusal> {
    let mut world = locked(world);
    let token = token(&world, headers)?;
    allowed(&token, zone, token.dns_edit)?;
    transact(&mut world, zone, batch)
}
