//! Paths of zones, pages, and the form of answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, Query as QueryOf, State},
    http::{HeaderMap, StatusCode, Uri, header::HOST},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    auth::allowed,
    sets,
    world::{World, Zone},
};
use crate::front::locked;

pub(super) type Shared = State<Arc<Mutex<World>>>;
pub(super) type Query = BTreeMap<String, String>;
pub(super) type Answer = Result<Response, Refusal>;

/// The version of the API that this is.
const VERSION: &str = "2018-05-01";
/// Things on a page if nobody says how many.
const PAGE: usize = 100;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    let zones = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/dnsZones";
    let one = get(sets::show).put(sets::put).patch(sets::patch).delete(sets::delete);
    Router::new()
        .route("/subscriptions/{subscription}/providers/Microsoft.Network/dnszones", get(of_subscription))
        .route(zones, get(of_group))
        .route(&format!("{zones}/{{zone}}"), get(show).put(create))
        .route(&format!("{zones}/{{zone}}/{{kind}}"), get(sets::list))
        .route(&format!("{zones}/{{zone}}/{{kind}}/{{name}}"), one)
}

/// Status, code and message, and whether it is Resource Manager that speaks.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    outer: bool,
}

impl Refusal {
    /// By Resource Manager.
    pub(super) fn arm(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), outer: true }
    }

    /// By the DNS service, without the layer around it.
    pub(super) fn dns(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), outer: false }
    }

    pub(super) fn no_zone(group: &str, zone: &str) -> Self {
        let message = format!(
            "The Resource 'Microsoft.Network/dnszones/{zone}' under resource group '{group}' was not found. For more details please \
             go to https://aka.ms/ARMResourceNotFoundFix"
        );
        Self::arm(StatusCode::NOT_FOUND, "ResourceNotFound", message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let inner = json!({"code": self.code, "message": self.message});
        (self.status, Json(if self.outer { json!({ "error": inner }) } else { inner })).into_response()
    }
}

/// The version and the subscription of a request are the ones that there are.
pub(super) fn known(world: &World, subscription: &str, query: &Query) -> Result<(), Refusal> {
    let bad = StatusCode::BAD_REQUEST;
    match query.get("api-version").map(String::as_str) {
        Some(VERSION) => {}
        None => {
            let message = "The api-version query parameter (?api-version=) is required for all requests.";
            return Err(Refusal::arm(bad, "MissingApiVersionParameter", message));
        }
        Some(other) => {
            let message = format!("The api-version '{other}' is not supported. The supported versions are '{VERSION}'.");
            return Err(Refusal::arm(bad, "NoRegisteredProviderFound", message));
        }
    }
    if subscription == world.subscription {
        return Ok(());
    }
    let message = format!("The subscription '{subscription}' could not be found.");
    Err(Refusal::arm(StatusCode::NOT_FOUND, "SubscriptionNotFound", message))
}

/// One page, with the whole address of the next.
pub(super) fn page(world: &World, all: Vec<Value>, query: &Query, headers: &HeaderMap, path: &str) -> Response {
    let asked = query.get("$top").and_then(|text| text.parse::<usize>().ok()).filter(|size| *size > 0);
    let size = asked.unwrap_or(PAGE).min(world.page.unwrap_or(usize::MAX));
    let from = query.get("$skipToken").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let more = from + size < all.len();
    let items: Vec<Value> = all.into_iter().skip(from).take(size).collect();
    let mut body = json!({ "value": items });
    if more {
        let own = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let host = world.next_page_host.as_deref().unwrap_or(own);
        let kept = query.iter().filter(|(key, _)| *key != "$skipToken").map(|(key, value)| format!("{key}={value}"));
        let kept: Vec<String> = kept.chain([format!("$skipToken={}", from + size)]).collect();
        body["nextLink"] = json!(format!("http://{host}{path}?{}", kept.join("&")));
    }
    ([("x-ms-ratelimit-remaining-subscription-reads", "11999")], Json(body)).into_response()
}

async fn of_subscription(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path(subscription): Path<String>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let world = locked(&world);
    let scope = format!("/subscriptions/{subscription}");
    allowed(&world, &headers, |rights| rights.zones, "Microsoft.Network/dnsZones/read", &scope)?;
    known(&world, &subscription, &query)?;
    let zones = world.zones.iter().map(|zone| zone.json(&subscription)).collect();
    Ok(page(&world, zones, &query, &headers, uri.path()))
}

async fn of_group(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group)): Path<(String, String)>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let world = locked(&world);
    let scope = format!("/subscriptions/{subscription}/resourceGroups/{group}");
    allowed(&world, &headers, |rights| rights.zones, "Microsoft.Network/dnsZones/read", &scope)?;
    known(&world, &subscription, &query)?;
    let inside: Vec<&Zone> = world.zones.iter().filter(|zone| zone.group.eq_ignore_ascii_case(&group)).collect();
    if inside.is_empty() {
        let message = format!("Resource group '{group}' could not be found.");
        return Err(Refusal::arm(StatusCode::NOT_FOUND, "ResourceGroupNotFound", message));
    }
    Ok(page(&world, inside.iter().map(|zone| zone.json(&subscription)).collect(), &query, &headers, uri.path()))
}

type OfZone = (String, String, String);

async fn show(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group, name)): Path<OfZone>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.zones, "Microsoft.Network/dnsZones/read", uri.path())?;
    known(&world, &subscription, &query)?;
    let zone = world.zone_mut(&group, &name).ok_or_else(|| Refusal::no_zone(&group, &name))?;
    Ok(Json(zone.json(&subscription)).into_response())
}

async fn create(
    State(world): Shared,
    headers: HeaderMap,
    uri: Uri,
    Path((subscription, group, name)): Path<OfZone>,
    QueryOf(query): QueryOf<Query>,
) -> Answer {
    let mut world = locked(&world);
    allowed(&world, &headers, |rights| rights.make_zones, "Microsoft.Network/dnsZones/write", uri.path())?;
    known(&world, &subscription, &query)?;
    if let Some(zone) = world.zone_mut(&group, &name) {
        return Ok(Json(zone.json(&subscription)).into_response());
    }
    let zone = Zone::new(&group, &name);
    let made = zone.json(&subscription);
    world.zones.push(zone);
    Ok((StatusCode::CREATED, Json(made)).into_response())
}
