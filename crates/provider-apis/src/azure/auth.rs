//! Access tokens: for a secret or for a trusted ServiceAccount's token, and who comes with which.

use std::sync::{Arc, Mutex};

use axum::{
    Form, Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    apps::{App, Rights},
    routes::Refusal,
    world::World,
};
use crate::front::locked;

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    Router::new().route("/{tenant}/oauth2/v2.0/token", post(exchange))
}

#[derive(Deserialize)]
struct Grant {
    #[serde(rename = "grant_type")]
    kind: String,
    client_id: String,
    scope: String,
    client_secret: Option<String>,
    client_assertion_type: Option<String>,
    client_assertion: Option<String>,
}

/// Status, error, number and words; what follows the words is different each time.
type NotGranted = (StatusCode, &'static str, u32, String);

async fn exchange(State(world): State<Arc<Mutex<World>>>, Path(tenant): Path<String>, Form(grant): Form<Grant>) -> Response {
    let mut world = locked(&world);
    match judged(&world, &tenant, &grant) {
        Ok(client) => {
            let token = format!("eyJ0eXAi.{:08}", world.new_id());
            world.tokens.insert(token.clone(), client);
            Json(json!({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}))
                .into_response()
        }
        Err((status, error, number, words)) => {
            let at = world.new_id();
            let trace = format!("Trace ID: {at:08} Correlation ID: {at:08} Timestamp: 2026-11-22 06:00:{:02}Z", at % 60);
            let description = format!("AADSTS{number}: {words} {trace}");
            (status, Json(json!({"error": error, "error_description": description, "error_codes": [number]}))).into_response()
        }
    }
}

fn judged(world: &World, tenant: &str, grant: &Grant) -> Result<String, NotGranted> {
    let bad = StatusCode::BAD_REQUEST;
    if tenant != world.tenant {
        let words = format!("Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.");
        return Err((bad, "invalid_request", 90002, words));
    }
    if grant.kind != "client_credentials" {
        return Err((bad, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.".to_owned()));
    }
    if !grant.scope.ends_with("/.default") {
        let words = "The provided value for scope is not valid. Client credential flows must have a scope value with /.default.";
        return Err((bad, "invalid_scope", 1_002_012, words.to_owned()));
    }
    let unknown = || {
        let words = format!("Application with identifier '{}' was not found in the directory.", grant.client_id);
        (bad, "unauthorized_client", 700_016, words)
    };
    let app = world.apps.iter().find(|app| app.client == grant.client_id).ok_or_else(unknown)?;
    proved(app, grant)?;
    Ok(app.client.clone())
}

fn proved(app: &App, grant: &Grant) -> Result<(), NotGranted> {
    let refused = |number, words: &str| Err((StatusCode::UNAUTHORIZED, "invalid_client", number, words.to_owned()));
    let is_jwt = grant.client_assertion_type.as_deref() == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    match (&grant.client_secret, &grant.client_assertion) {
        (Some(secret), _) if app.secret.as_ref() == Some(secret) => Ok(()),
        (Some(_), _) => refused(
            7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client \
            secret value, not the client secret ID, for a secret added to the app.",
        ),
        (None, Some(assertion)) if is_jwt && app.trusted.as_ref() == Some(assertion) => Ok(()),
        (None, Some(_)) => refused(700_213, "No matching federated identity record found for presented assertion subject."),
        (None, None) => refused(
            7_000_216,
            "'client_assertion', 'client_secret' or 'request' is required for the \
            'client_credentials' grant type.",
        ),
    }
}

/// Whose token a request bears, and what the bearer may do.
fn bearer<'a>(world: &'a World, headers: &HeaderMap) -> Result<&'a App, Refusal> {
    let missing = || {
        let message = "Authentication failed. The 'Authorization' header is missing.";
        Refusal::arm(StatusCode::UNAUTHORIZED, "AuthenticationFailed", message)
    };
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ")).ok_or_else(missing)?;
    let client = world.tokens.get(token);
    let app = client.and_then(|client| world.apps.iter().find(|app| app.client == *client));
    app.ok_or_else(|| Refusal::arm(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", "The access token is invalid."))
}

/// Refuses whoever may not do `action` at `scope`.
pub(super) fn allowed(
    world: &World,
    headers: &HeaderMap,
    may: fn(&Rights) -> bool,
    action: &str,
    scope: &str,
) -> Result<(), Refusal> {
    let app = bearer(world, headers)?;
    if may(&app.rights) {
        return Ok(());
    }
    let message = format!(
        "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over scope '{scope}' or the \
         scope is invalid. If access was recently granted, please refresh your credentials.",
        app.client, app.client
    );
    Err(Refusal::arm(StatusCode::FORBIDDEN, "AuthorizationFailed", message))
}
