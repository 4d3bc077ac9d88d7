//! The project and its managed zones.

use axum::{
    Json,
    extract::{Path, Query as QueryOf, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    auth::allowed,
    routes::{Answer, Query, Refusal, Shared, known_project, page},
    world::Zone,
};
use crate::front::locked;

pub(super) async fn project(State(world): Shared, headers: HeaderMap, Path(project): Path<String>) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, |rights| rights.zones)?;
    known_project(&world, &project)?;
    let quota = json!({
        "kind": "dns#quota",
        "managedZones": 10_000,
        "rrsetsPerManagedZone": 10_000,
        "rrsetAdditionsPerChange": 1000,
        "rrsetDeletionsPerChange": 1000,
        "totalRrdataSizePerChange": 100_000,
        "resourceRecordsPerRrset": 100,
    });
    Ok(Json(json!({"kind": "dns#project", "id": project, "number": "7", "quota": quota})).into_response())
}

pub(super) async fn list(
    State(world): Shared,
    headers: HeaderMap,
    Path(project): Path<String>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, |rights| rights.zones)?;
    known_project(&world, &project)?;
    let fits = |zone: &&Zone| query.get("dnsName").is_none_or(|wanted| *wanted == zone.dns_name);
    let zones = world.zones.iter().filter(fits).map(Zone::json).collect();
    page(&world, "dns#managedZonesListResponse", "managedZones", zones, &query)
}

pub(super) async fn show(State(world): Shared, headers: HeaderMap, Path((project, zone)): Path<(String, String)>) -> Answer {
    let world = locked(&world);
    allowed(&world, &headers, |rights| rights.zones)?;
    known_project(&world, &project)?;
    Ok(Json(world.zone(&zone).ok_or_else(|| Refusal::no_zone(&zone))?.json()).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Given {
    name: String,
    dns_name: String,
    #[serde(default)]
    description: String,
    visibility: Option<String>,
}

pub(super) async fn create(
    State(world): Shared,
    headers: HeaderMap,
    Path(project): Path<String>,
    Json(given): Json<Given>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.make_zones)?;
    known_project(&world, &project)?;
    let invalid = |what: &str, value: &str| {
        let message = format!("Invalid value for 'entity.managedZone.{what}': '{value}'");
        Refusal::new(StatusCode::BAD_REQUEST, "invalid", message)
    };
    if !is_zone_name(&given.name) {
        return Err(invalid("name", &given.name));
    }
    if !given.dns_name.ends_with('.') {
        return Err(invalid("dnsName", &given.dns_name));
    }
    if world.zones.iter().any(|zone| zone.name == given.name) {
        let message = format!("The resource 'entity.managedZone' named '{}' already exists", given.name);
        return Err(Refusal::new(StatusCode::CONFLICT, "alreadyExists", message));
    }
    let made = Zone {
        description: given.description,
        visibility: given.visibility.unwrap_or_else(|| "public".to_owned()),
        ..Zone::new(1000 + world.new_id(), &given.name, &given.dns_name)
    };
    let json = made.json();
    world.zones.push(made);
    Ok(Json(json).into_response())
}

/// 1 to 63 lower-case letters, digits and inner hyphens, the first a letter.
fn is_zone_name(name: &str) -> bool {
    let plain = name.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-');
    plain && name.len() <= 63 && name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.ends_with('-')
}

pub(super) async fn delete(
    State(world): Shared,
    headers: HeaderMap,
    Path((project, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.make_zones)?;
    known_project(&world, &project)?;
    let zone = world.zone(&name).ok_or_else(|| Refusal::no_zone(&name))?;
    if zone.sets.len() > 2 {
        let message =
            format!("The resource named '{name}' cannot be deleted because it contains one or more 'resource records'.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "containerNotEmpty", message));
    }
    world.zones.retain(|zone| zone.name != name);
    Ok(StatusCode::NO_CONTENT.into_response())
}
