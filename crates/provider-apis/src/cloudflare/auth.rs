//! Whose request it is.

use axum::http::{HeaderMap, header::AUTHORIZATION};

use super::{
    answer::Refusal,
    world::{Token, World},
};

/// The token of a request.
pub(super) fn token(world: &World, headers: &HeaderMap) -> Result<Token, Refusal> {
    let value = headers.get(AUTHORIZATION).ok_or_else(|| {
        Refusal::new(400, 9106, "Authentication failed: missing X-Auth-Key, X-Auth-Email or Authorization headers")
    })?;
    let secret = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).filter(|secret| is_token(secret));
    let malformed =
        || Refusal::new(400, 6003, "Invalid request headers").because(6111, "Invalid format for Authorization header");
    let secret = secret.ok_or_else(malformed)?;
    let known = world.tokens.iter().find(|token| token.secret == secret);
    known.cloned().ok_or_else(|| Refusal::new(403, 9109, "Invalid access token"))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-_".contains(&octet))
}

/// Whether a token has a right in a zone.
pub(super) fn allowed(token: &Token, zone: &str, right: bool) -> Result<(), Refusal> {
    if right && token.sees(zone) { Ok(()) } else { Err(Refusal::new(403, 10000, "Authentication error")) }
}
