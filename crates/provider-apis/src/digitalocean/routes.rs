//! Paths, who may walk them, and the form of answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, Query as QueryOf, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderName, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::world::{Given, Record, World, check};
use crate::front::locked;

type Shared = State<Arc<Mutex<World>>>;
type Query = BTreeMap<String, String>;
type Answer = Result<Response, Refusal>;

/// Largest page.
const LARGEST: usize = 200;
/// TTL of a record for which none is given.
const TTL: u32 = 1800;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    let one = get(show).put(put).patch(patch).delete(delete);
    Router::new()
        .route("/domains", get(domains))
        .route("/domains/{domain}", get(domain))
        .route("/domains/{domain}/records", get(records).post(create))
        .route("/domains/{domain}/records/{record}", one)
}

/// Status, `id` and `message`.
struct Refusal(StatusCode, &'static str, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, id, message) = self;
        (status, limits(), Json(json!({"id": id, "message": message, "request_id": "4d9d8375"}))).into_response()
    }
}

fn limits() -> [(HeaderName, &'static str); 2] {
    [(HeaderName::from_static("ratelimit-limit"), "5000"), (HeaderName::from_static("ratelimit-remaining"), "4816")]
}

fn shown(status: StatusCode, body: Value) -> Response {
    (status, limits(), Json(body)).into_response()
}

fn not_found() -> Refusal {
    Refusal(StatusCode::NOT_FOUND, "not_found", "The resource you were accessing could not be found.".to_owned())
}

fn unprocessable(message: String) -> Refusal {
    Refusal(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable_entity", message)
}

fn allowed(world: &World, headers: &HeaderMap, write: bool) -> Result<(), Refusal> {
    let secret = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let token = world.tokens.iter().find(|token| Some(token.secret.as_str()) == secret);
    let unauthorized = || Refusal(StatusCode::UNAUTHORIZED, "unauthorized", "Unable to authenticate you".to_owned());
    let token = token.ok_or_else(unauthorized)?;
    if (write && !token.write) || (!write && !token.read) {
        let message = "You are missing the required permission to perform this operation";
        return Err(Refusal(StatusCode::FORBIDDEN, "forbidden", message.to_owned()));
    }
    Ok(())
}

/// One page, with the links and the number that go with it.
fn page(key: &str, path: &str, all: Vec<Value>, query: &Query) -> Answer {
    let number = |key: &str, default: usize| match query.get(key).map(|text| text.parse()) {
        None => Ok(default),
        Some(Ok(number)) if number > 0 => Ok(number),
        Some(_) => Err(unprocessable(format!("{key} must be a positive number"))),
    };
    let (page, size, total) = (number("page", 1)?, number("per_page", 20)?.min(LARGEST), all.len());
    let last = total.div_ceil(size).max(1);
    let link = |page: usize| json!(format!("https://api.digitalocean.com/v2/{path}?page={page}&per_page={size}"));
    let mut pages = serde_json::Map::new();
    if page > 1 {
        pages.extend([("first".to_owned(), link(1)), ("prev".to_owned(), link(page - 1))]);
    }
    if page < last {
        pages.extend([("next".to_owned(), link(page + 1)), ("last".to_owned(), link(last))]);
    }
    let items: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
    let links = if pages.is_empty() { json!({}) } else { json!({ "pages": pages }) };
    Ok(shown(StatusCode::OK, json!({ key: items, "links": links, "meta": {"total": total} })))
}

fn domain_json(name: &str) -> Value {
    json!({"name": name, "ttl": 1800, "zone_file": format!("$ORIGIN {name}.\n$TTL 1800\n")})
}

async fn domains(State(world): Shared, headers: HeaderMap, QueryOf(query): QueryOf<Query>) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, false)?;
    page("domains", "domains", world.domains.keys().map(|name| domain_json(name)).collect(), &query)
}

async fn domain(State(world): Shared, headers: HeaderMap, Path(name): Path<String>) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, false)?;
    world.domains.get(&name).ok_or_else(not_found)?;
    Ok(shown(StatusCode::OK, json!({"domain": domain_json(&name)})))
}

async fn records(State(world): Shared, headers: HeaderMap, Path(name): Path<String>, QueryOf(query): QueryOf<Query>) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, false)?;
    let stored = world.seen(&name).ok_or_else(not_found)?;
    let full = |record: &Record| if record.name == "@" { name.clone() } else { format!("{}.{name}", record.name) };
    let fits = |key: &str, value: &str| query.get(key).is_none_or(|wanted| wanted == value);
    let chosen = stored.iter().filter(|record| fits("type", &record.kind) && fits("name", &full(record)));
    page("domain_records", &format!("domains/{name}/records"), chosen.map(|record| json!(record)).collect(), &query)
}

async fn show(State(world): Shared, headers: HeaderMap, Path((name, id)): Path<(String, u64)>) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, false)?;
    let found = world.domains.get(&name).and_then(|records| records.iter().find(|record| record.id == id));
    Ok(shown(StatusCode::OK, json!({"domain_record": found.ok_or_else(not_found)?})))
}

type Body = Result<Json<Given>, JsonRejection>;

fn body(given: Body) -> Result<Given, Refusal> {
    given.map(|Json(inside)| inside).map_err(|error| Refusal(StatusCode::BAD_REQUEST, "bad_request", error.body_text()))
}

async fn create(State(world): Shared, headers: HeaderMap, Path(name): Path<String>, given: Body) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, true)?;
    let id = world.new_id();
    let base = Record { id, ttl: TTL, ..Record::default() };
    let record = body(given)?.onto(&name, base).map_err(unprocessable)?;
    let records = world.domains.get_mut(&name).ok_or_else(not_found)?;
    check(records, &record).map_err(unprocessable)?;
    records.push(record.clone());
    Ok(shown(StatusCode::CREATED, json!({"domain_record": record})))
}

async fn put(State(world): Shared, headers: HeaderMap, Path(path): Path<(String, u64)>, given: Body) -> Answer {
    change(&mut locked(&world), &headers, &path, body(given)?)
}

async fn patch(State(world): Shared, headers: HeaderMap, Path(path): Path<(String, u64)>, given: Body) -> Answer {
    change(&mut locked(&world), &headers, &path, body(given)?)
}

/// Both verbs keep what is not named.
fn change(world: &mut World, headers: &HeaderMap, (name, id): &(String, u64), given: Given) -> Answer {
    allowed(world, headers, true)?;
    let records = world.domains.get_mut(name).ok_or_else(not_found)?;
    let at = records.iter().position(|record| record.id == *id).ok_or_else(not_found)?;
    let record = given.onto(name, records[at].clone()).map_err(unprocessable)?;
    let others: Vec<Record> = records.iter().filter(|other| other.id != *id).cloned().collect();
    check(&others, &record).map_err(unprocessable)?;
    records[at] = record.clone();
    Ok(shown(StatusCode::OK, json!({"domain_record": record})))
}

async fn delete(State(world): Shared, headers: HeaderMap, Path((name, id)): Path<(String, u64)>) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, true)?;
    let records = world.domains.get_mut(&name).ok_or_else(not_found)?;
    let at = records.iter().position(|record| record.id == id).ok_or_else(not_found)?;
    records.remove(at);
    Ok(StatusCode::NO_CONTENT.into_response())
}
