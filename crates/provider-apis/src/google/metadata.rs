//! The metadata server of a node or of GKE: who a workload is, without any file.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{auth::granted, world::World};
use crate::front::locked;

type Shared = State<Arc<Mutex<World>>>;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    Router::new()
        .route("/computeMetadata/v1/instance/service-accounts/default/token", get(token))
        .route("/computeMetadata/v1/project/project-id", get(project))
}

/// The header keeps out whoever was only led here.
fn account(world: &World, headers: &HeaderMap) -> Result<String, (StatusCode, &'static str)> {
    if headers.get("Metadata-Flavor").is_none_or(|value| value != "Google") {
        return Err((StatusCode::FORBIDDEN, "Missing Metadata-Flavor:Google header."));
    }
    world.platform.clone().ok_or((StatusCode::NOT_FOUND, "Not Found"))
}

async fn token(State(world): Shared, headers: HeaderMap) -> Response {
    let mut world = locked(&world);
    match account(&world, &headers) {
        Ok(email) => granted(&mut world, email),
        Err(refused) => refused.into_response(),
    }
}

async fn project(State(world): Shared, headers: HeaderMap) -> Response {
    let world = locked(&world);
    match account(&world, &headers) {
        Ok(_) => world.project.clone().into_response(),
        Err(refused) => refused.into_response(),
    }
}
