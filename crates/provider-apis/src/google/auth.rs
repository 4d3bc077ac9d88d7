//! Access tokens: for a signed statement, and who comes with which.

use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{accounts::Rights, routes::Refusal, world::World};
use crate::front::locked;

/// The one audience that Google takes.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// Scopes with which Cloud DNS may be used.
const SCOPES: [&str; 3] = [
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/ndev.clouddns.readwrite",
    "https://www.googleapis.com/auth/ndev.clouddns.readonly",
];

pub(super) fn router() -> Router<Arc<Mutex<World>>> {
    Router::new().route("/token", post(exchange))
}

#[derive(Deserialize)]
struct Grant {
    #[serde(rename = "grant_type")]
    kind: String,
    assertion: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    scope: String,
    iat: i64,
    exp: i64,
}

async fn exchange(State(world): State<Arc<Mutex<World>>>, Form(grant): Form<Grant>) -> Response {
    let mut world = locked(&world);
    if grant.kind != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return refused("unsupported_grant_type", &format!("Invalid grant_type: {}", grant.kind));
    }
    match judged(&world, &grant.assertion) {
        Ok(email) => granted(&mut world, email),
        Err(why) => refused("invalid_grant", &why),
    }
}

fn refused(error: &str, description: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": description}))).into_response()
}

/// A token for an account. Google's tokens last an hour less a second.
pub(super) fn granted(world: &mut World, email: String) -> Response {
    let token = format!("ya29.c.{:08}", world.new_id());
    world.tokens.insert(token.clone(), email);
    Json(json!({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})).into_response()
}

/// Whose statement it is, if it is true.
fn judged(world: &World, statement: &str) -> Result<String, String> {
    let [header, claims, signature] = statement.split('.').collect::<Vec<_>>()[..] else {
        return Err("Bad Request".to_owned());
    };
    let json = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().and_then(|json| serde_json::from_slice::<Value>(&json).ok());
    if json(header).is_none_or(|header| header["alg"] != "RS256") {
        return Err("Invalid JWT: unsupported signature algorithm".to_owned());
    }
    let read = json(claims).and_then(|claims| serde_json::from_value::<Claims>(claims).ok());
    let claims_read = read.ok_or("Invalid JWT: required claims are missing")?;
    let account = world.accounts.get(&claims_read.iss).ok_or("Invalid grant: account not found")?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &account.public_key);
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    key.verify(format!("{header}.{claims}").as_bytes(), &signature).map_err(|_| "Invalid JWT Signature.")?;
    if claims_read.aud != AUDIENCE {
        return Err(format!("Invalid JWT: Failed audience check. The right audience is {AUDIENCE}"));
    }
    let now = Timestamp::now().as_second();
    if claims_read.iat > now + 60 || claims_read.exp <= now || claims_read.exp - claims_read.iat > 3600 {
        let rule = "Token must be a short-lived token (60 minutes) and in a reasonable timeframe";
        return Err(format!("Invalid JWT: {rule}. Check your iat and exp values in the JWT claim."));
    }
    if !claims_read.scope.split(' ').all(|scope| SCOPES.contains(&scope)) {
        return Err("Invalid OAuth scope or ID token audience provided.".to_owned());
    }
    if account.disabled {
        return Err("Invalid grant: account is disabled".to_owned());
    }
    Ok(claims_read.iss)
}

/// What the bearer of a request may do.
pub(super) fn rights(world: &World, headers: &HeaderMap) -> Result<Rights, Refusal> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let account = bearer.and_then(|token| world.accounts.get(world.tokens.get(token)?));
    let invalid = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
                   authentication credential.";
    let unknown = || Refusal::new(StatusCode::UNAUTHORIZED, "authError", invalid);
    account.filter(|account| !account.disabled).map(|account| account.rights).ok_or_else(unknown)
}

/// Refuses whoever may not.
pub(super) fn allowed(world: &World, headers: &HeaderMap, may: fn(&Rights) -> bool) -> Result<(), Refusal> {
    let rights = rights(world, headers)?;
    if may(&rights) { Ok(()) } else { Err(Refusal::new(StatusCode::FORBIDDEN, "forbidden", "Forbidden")) }
}
