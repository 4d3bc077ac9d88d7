//! Paths of the API, pages, and the form of answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, Query as QueryOf, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    auth::allowed,
    rules::{Change, carried_out},
    world::World,
    zones,
};
use crate::front::locked;

pub(super) type Shared = State<Arc<Mutex<World>>>;
pub(super) type Query = BTreeMap<String, String>;
pub(super) type Answer = Result<Response, Refusal>;

/// Largest page.
const LARGEST: usize = 1000;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    let zone = "/dns/v1/projects/{project}/managedZones/{zone}";
    Router::new()
        .route("/dns/v1/projects/{project}", get(zones::project))
        .route("/dns/v1/projects/{project}/managedZones", get(zones::list).post(zones::create))
        .route(zone, get(zones::show).delete(zones::delete))
        .route(&format!("{zone}/rrsets"), get(sets))
        .route(&format!("{zone}/changes"), get(changes).post(change))
        .route(&format!("{zone}/changes/{{change}}"), get(show_change))
}

/// Status, reason and message.
#[derive(Debug)]
pub(super) struct Refusal(StatusCode, &'static str, String);

impl Refusal {
    pub(super) fn new(status: StatusCode, reason: &'static str, message: impl Into<String>) -> Self {
        Self(status, reason, message.into())
    }

    pub(super) fn no_zone(name: &str) -> Self {
        let message = format!("The 'parameters.managedZone' resource named '{name}' does not exist.");
        Self::new(StatusCode::NOT_FOUND, "notFound", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, reason, message) = self;
        let errors = json!([{"message": message, "domain": "global", "reason": reason}]);
        let body = json!({"error": {"code": status.as_u16(), "message": message, "errors": errors}});
        (status, Json(body)).into_response()
    }
}

/// The project of a path, which is the only one there is.
pub(super) fn known_project(world: &World, project: &str) -> Result<(), Refusal> {
    let message = format!("The 'parameters.project' resource named '{project}' does not exist.");
    if world.project == project { Ok(()) } else { Err(Refusal::new(StatusCode::NOT_FOUND, "notFound", message)) }
}

/// One page; its token is the number of things before it.
pub(super) fn page(world: &World, kind: &str, key: &str, all: Vec<Value>, query: &Query) -> Answer {
    let invalid = |what: &str| Refusal::new(StatusCode::BAD_REQUEST, "invalid", format!("Invalid value for 'parameters.{what}'"));
    let most = if world.page == 0 { LARGEST } else { world.page };
    let size = match query.get("maxResults").map(|text| text.parse::<usize>()) {
        None => most,
        Some(Ok(number)) if number > 0 => number.min(most),
        Some(_) => return Err(invalid("maxResults")),
    };
    let from = match query.get("pageToken").map(|token| token.trim_start_matches("after-").parse::<usize>()) {
        None => 0,
        Some(Ok(number)) if number < all.len() => number,
        Some(_) => return Err(invalid("pageToken")),
    };
    let more = from + size < all.len();
    let items: Vec<Value> = all.into_iter().skip(from).take(size).collect();
    let mut body = json!({"kind": kind, key: items});
    if more {
        body["nextPageToken"] = json!(format!("after-{}", from + size));
    }
    Ok(Json(body).into_response())
}

async fn sets(
    State(world): Shared,
    headers: HeaderMap,
    Path((project, zone)): Path<(String, String)>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.read)?;
    known_project(&world, &project)?;
    if query.contains_key("type") && !query.contains_key("name") {
        let message = "The 'parameters.name' parameter is required but was missing.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "required", message));
    }
    let fits = |key: &str, value: &str| query.get(key).is_none_or(|wanted| wanted == value);
    let mut sets = world.seen(&zone).ok_or_else(|| Refusal::no_zone(&zone))?;
    sets.retain(|set| fits("name", &set.name) && fits("type", &set.kind));
    sets.sort_by(|a, b| (&a.name, &a.kind).cmp(&(&b.name, &b.kind)));
    page(&world, "dns#resourceRecordSetsListResponse", "rrsets", sets.iter().map(super::RecordSet::json).collect(), &query)
}

async fn changes(
    State(world): Shared,
    headers: HeaderMap,
    Path((project, zone)): Path<(String, String)>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, |rights| rights.read)?;
    known_project(&world, &project)?;
    let made = world.zone(&zone).ok_or_else(|| Refusal::no_zone(&zone))?.changes.clone();
    page(&world, "dns#changesListResponse", "changes", made, &query)
}

/// A change that is asked after is done: the name servers have been told.
async fn show_change(
    State(world): Shared,
    headers: HeaderMap,
    Path((project, zone, id)): Path<(String, String, String)>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.read)?;
    known_project(&world, &project)?;
    let zone = world.zone_mut(&zone).ok_or_else(|| Refusal::no_zone(&zone))?;
    let gone = || {
        let message = format!("The 'parameters.changeId' resource named '{id}' does not exist.");
        Refusal::new(StatusCode::NOT_FOUND, "notFound", message)
    };
    let change = zone.changes.iter_mut().find(|change| change["id"] == id.as_str()).ok_or_else(gone)?;
    change["status"] = json!("done");
    Ok(Json(change.clone()).into_response())
}

async fn change(
    State(world): Shared,
    headers: HeaderMap,
    Path((project, zone)): Path<(String, String)>,
    given: Result<Json<Change>, JsonRejection>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.write)?;
    known_project(&world, &project)?;
    let zone = world.zone_mut(&zone).ok_or_else(|| Refusal::no_zone(&zone))?;
    let Json(given) = given.map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "parseError", error.body_text()))?;
    zone.sets = carried_out(zone, &given)?;
    let shown = |sets: &[super::RecordSet]| sets.iter().map(super::RecordSet::json).collect::<Vec<_>>();
    let made = json!({
        "kind": "dns#change",
        "id": (zone.changes.len() + 1).to_string(),
        "startTime": "2026-11-22T06:00:00.000Z",
        "status": "pending",
        "additions": shown(&given.additions),
        "deletions": shown(&given.deletions),
    });
    zone.changes.push(made.clone());
    Ok(Json(made).into_response())
}
